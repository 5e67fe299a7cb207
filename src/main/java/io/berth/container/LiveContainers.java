package io.berth.container;

import io.berth.error.ConflictException;
import io.berth.runtime.Cgroup;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The containers that run. Safe for use by many threads. */
@Component
public class LiveContainers implements AutoCloseable {

    private final Map<ContainerId, LiveContainer> live = new ConcurrentHashMap<>();
    private volatile boolean closing;

    Optional<LiveContainer> find(ContainerId id) {
        return Optional.ofNullable(live.get(id));
    }

    /** @throws ConflictException it does not run, or waits to be started again */
    LiveContainer require(Container container) {
        if (container.isRestarting()) {
            throw restarting(container);
        }
        return find(container.id()).orElseThrow(() -> notRunning(container));
    }

    /** Its cgroup, for readings. */
    public Optional<Cgroup> cgroup(ContainerId id) {
        return find(id).map(LiveContainer::cgroup);
    }

    void put(ContainerId id, LiveContainer container) {
        live.put(id, container);
    }

    Optional<LiveContainer> remove(ContainerId id) {
        return Optional.ofNullable(live.remove(id));
    }

    /** The service ends: lost connections to shims are no longer the end of containers. */
    boolean isClosing() {
        return closing;
    }

    static ConflictException notRunning(Container container) {
        return new ConflictException("container " + container.id() + " is not running");
    }

    static ConflictException restarting(Container container) {
        return new ConflictException("Container " + container.id() + " is restarting, wait until the container is running");
    }

    @Override
    public void close() {
        closing = true;
        live.values().forEach(container -> container.shim().close());
    }
}
