package io.berth.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who waits for the end or the removal of containers. Safe for use by many threads. */
@Component
class ContainerWaits {

    /** How a wait ends: {@code error} is empty unless something went wrong. */
    record Outcome(int code, String error) {}

    private final Map<ContainerId, List<CompletableFuture<Outcome>>> exits = new ConcurrentHashMap<>();
    private final Map<ContainerId, List<CompletableFuture<Outcome>>> removals = new ConcurrentHashMap<>();

    CompletableFuture<Outcome> nextExit(ContainerId id) {
        return register(exits, id);
    }

    CompletableFuture<Outcome> removal(ContainerId id) {
        return register(removals, id);
    }

    void exited(ContainerId id, Outcome outcome) {
        complete(exits.remove(id), outcome);
    }

    /** Whoever still waits for an exit gets its answer too: there will be none. */
    void removed(ContainerId id, Outcome outcome) {
        complete(exits.remove(id), outcome);
        complete(removals.remove(id), outcome);
    }

    private static CompletableFuture<Outcome> register(Map<ContainerId, List<CompletableFuture<Outcome>>> waits, ContainerId id) {
        var wait = new CompletableFuture<Outcome>();
        waits.compute(id, (key, list) -> {
            var all = list == null ? new ArrayList<CompletableFuture<Outcome>>() : list;
            all.add(wait);
            return all;
        });
        return wait;
    }

    private static void complete(@Nullable List<CompletableFuture<Outcome>> waits, Outcome outcome) {
        if (waits != null) {
            waits.forEach(wait -> wait.complete(outcome));
        }
    }
}
