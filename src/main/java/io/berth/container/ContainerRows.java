package io.berth.container;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

interface ContainerRows extends JpaRepository<ContainerRow, String> {

    @Modifying
    @Query("update ContainerRow c set c.name = :name, c.document = :document where c.id = :id")
    void update(String id, String name, String document);

    /** Writes what may have changed into the row that is there. */
    default void update(Container container) {
        update(container.id().value(), container.name(), ContainerDocument.write(container));
    }

    @Modifying
    @Query("delete from ContainerRow c where c.id = :id")
    void deleteRow(String id);
}
