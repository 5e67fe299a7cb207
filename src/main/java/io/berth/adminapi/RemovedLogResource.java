package io.berth.adminapi;

import io.berth.error.NotFoundException;
import io.berth.log.KeptLog;
import io.berth.log.KeptLogs;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Logs of containers that were removed not long ago. They are read as those of others are, by the container's id. */
@RestController
@RequestMapping("/api/v1/logs/removed")
class RemovedLogResource {

    private final KeptLogs kept;

    RemovedLogResource(KeptLogs kept) {
        this.kept = kept;
    }

    /**
     * The log of a removed container.
     *
     * @param until when it goes, unless others need its room before
     * @param bytes that it takes on the disk, about
     */
    record RemovedLog(String id, String name, String image, Instant createdAt, Instant removedAt, Instant until, long bytes) {}

    /**
     * All, and what they take.
     *
     * @param keptSeconds how long logs are kept; 0 when they are not
     * @param bytes of the disk that all take, about
     * @param mostBytes that they may take
     */
    record RemovedLogs(List<RemovedLog> items, long keptSeconds, long bytes, long mostBytes) {}

    /** All, what was removed last first. */
    @GetMapping
    RemovedLogs list() {
        var items = kept.list().stream().map(this::view).toList();
        return new RemovedLogs(items, kept.keptFor().toSeconds(), items.stream().mapToLong(RemovedLog::bytes).sum(), kept.most().toBytes());
    }

    /** Deletes one before its time. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String id) {
        kept.remove(kept.find(id).orElseThrow(() -> new NotFoundException("No log of a removed container: " + id)));
    }

    private RemovedLog view(KeptLog log) {
        return new RemovedLog(log.id(), log.name(), log.image(), log.created(), log.removed(), kept.end(log), kept.bytes(log));
    }
}
