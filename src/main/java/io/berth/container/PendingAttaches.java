package io.berth.container;

import io.berth.runtime.AttachFlag;
import io.berth.runtime.ShimClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** Attaches that wait for a start. Used under the lock of the container. */
@Component
class PendingAttaches {

    private final Map<ContainerId, List<PendingAttach>> waiting = new ConcurrentHashMap<>();

    PendingAttach add(ContainerId id, Set<AttachFlag> flags) {
        var attach = new PendingAttach(flags);
        waiting.computeIfAbsent(id, key -> new ArrayList<>()).add(attach);
        return attach;
    }

    /** Connects all to a shim whose program does not run yet: they miss nothing. */
    void open(ContainerId id, ShimClient shim) throws IOException {
        for (var attach : waiting.getOrDefault(id, List.of())) {
            attach.open(shim);
        }
        waiting.remove(id);
    }

    /** Ends those that wait: there will be no start. */
    void close(ContainerId id) {
        var attaches = waiting.remove(id);
        if (attaches != null) {
            attaches.forEach(PendingAttach::close);
        }
    }
}
