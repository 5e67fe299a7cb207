package io.berth.event;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import java.util.Map;
import org.springframework.data.domain.Persistable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** An event as it is kept. Rows are only ever inserted and, when they are old, deleted. */
@Entity
@Table(name = "event")
class EventRow implements Persistable<Long> {

    private static final JsonMapper JSON = new JsonMapper();
    private static final long NANOS = 1_000_000_000L;

    @Id
    long sequence;

    /** Nanoseconds since the epoch: databases keep fewer digits of a timestamp. */
    @Column(name = "at_nanos")
    long atNanos;

    @Enumerated(EnumType.STRING)
    @Column(name = "type")
    EventType type = EventType.DAEMON;

    @Column(name = "action")
    String action = "";

    @Column(name = "subject")
    String subject = "";

    @Column(name = "attributes")
    String attributes = "{}";

    /** A new row is inserted without being looked for first. */
    @Transient
    private boolean fresh;

    protected EventRow() {}

    static EventRow of(EngineEvent event) {
        var row = new EventRow();
        row.sequence = event.sequence();
        row.atNanos = nanos(event.at());
        row.type = event.type();
        row.action = event.action();
        row.subject = event.subject();
        row.attributes = JSON.writeValueAsString(event.attributes());
        row.fresh = true;
        return row;
    }

    EngineEvent toDomain() {
        return new EngineEvent(sequence, instant(atNanos), type, action, subject,
                JSON.readValue(attributes, new TypeReference<Map<String, String>>() {}));
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS), instant.getNano());
    }

    @Override
    public Long getId() {
        return sequence;
    }

    @Override
    public boolean isNew() {
        return fresh;
    }
}
