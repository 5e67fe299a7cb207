package io.berth.event;

import java.util.Collection;
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

    /** Of a thing the last events between two numbers, both exclusive, newest first, with those of networks that mention it. */
    @Query("select e from EventRow e where e.sequence < :before and e.sequence > :after and (e.type = :type and e.subject = :subject "
            + "or e.type = io.berth.event.EventType.NETWORK and e.action in ('connect', 'disconnect') and e.attributes like :mention) order by e.sequence desc")
    List<EventRow> history(EventType type, String subject, String mention, long before, long after, Limit limit);

    default List<EventRow> history(EventType type, String subject, String mention, long before, long after, int limit) {
        return history(type, subject, mention, before, after, Limit.of(limit));
    }

    /** For each subject the time of its last event among these, as {@link Latest}. */
    @Query("select e.subject as subject, max(e.atNanos) as atNanos from EventRow e where e.type = :type and e.action in :actions group by e.subject")
    List<Latest> latest(EventType type, Collection<String> actions);

    /** A subject and when something happened to it, in nanoseconds since the epoch. */
    interface Latest {
        String getSubject();

        long getAtNanos();
    }

    /** When this happened to the subject, in nanoseconds since the epoch, youngest first. */
    @Query("select e.atNanos from EventRow e where e.type = :type and e.action = :action and e.subject = :subject order by e.sequence desc")
    List<Long> findTimes(EventType type, String action, String subject, Limit limit);

    default List<Long> times(EventType type, String action, String subject, int limit) {
        return findTimes(type, action, subject, Limit.of(limit));
    }

    @Modifying
    @Query("delete from EventRow e where e.sequence <= :sequence")
    void deleteUpTo(long sequence);
}
