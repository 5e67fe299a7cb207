package io.berth.event;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

interface EventRows extends JpaRepository<EventRow, Long> {

    List<EventRow> findBySequenceGreaterThanOrderBySequence(long sequence, Limit limit);

    default List<EventRow> after(long sequence, int limit) {
        return findBySequenceGreaterThanOrderBySequence(sequence, Limit.of(limit));
    }

    Optional<EventRow> findFirstByAtNanosGreaterThanEqualOrderBySequence(long atNanos);

    Optional<EventRow> findFirstByOrderBySequenceDesc();

    @Modifying
    @Query("delete from EventRow e where e.sequence <= :sequence")
    void deleteUpTo(long sequence);
}
