package io.berth.container;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import org.springframework.data.domain.Persistable;

/** A container as it is kept: what is looked for in columns, all of it in one document. */
@Entity
@Table(name = "container")
class ContainerRow implements Persistable<String> {

    @Id
    String id = "";

    @Column(name = "name")
    String name = "";

    @Column(name = "created")
    Instant created = Instant.EPOCH;

    @Column(name = "document")
    String document = "";

    @Transient
    private boolean fresh;

    protected ContainerRow() {}

    static ContainerRow of(Container container) {
        var row = new ContainerRow();
        row.id = container.id().value();
        row.fresh = true;
        row.take(container);
        return row;
    }

    void take(Container container) {
        name = container.name();
        created = container.created();
        document = ContainerDocument.write(container);
    }

    Container toDomain() {
        return ContainerDocument.read(document, new ContainerId(id));
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public boolean isNew() {
        return fresh;
    }
}
