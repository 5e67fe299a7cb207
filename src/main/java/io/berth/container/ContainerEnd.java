package io.berth.container;

import io.berth.container.ContainerWaits.Outcome;
import io.berth.instance.Instance;
import io.berth.network.Networks;
import io.berth.runtime.Cgroup;
import io.berth.runtime.Exit;
import io.berth.runtime.ExitRecord;
import io.berth.runtime.Runtime;
import io.berth.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * The end of a run, in the order on which Docker's clients depend: the event, the state, who waits for the exit, then network and cgroup,
 * removal where it was asked for, and who waits for that.
 */
@Component
class ContainerEnd {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerEnd.class);
    /** What a container ended with when nobody could see it: the machine went down, or its shim was killed. */
    private static final int UNKNOWN_CODE = 255;
    private static final int KILLED = 137;

    private final Containers containers;
    private final ContainerLocks locks;
    private final LiveContainers live;
    private final ContainerWaits waits;
    private final Networks networks;
    private final Runtime runtime;
    private final ContainerRemoval removal;
    private final Instance instance;
    private final Volumes volumes;
    private final Clock clock;

    ContainerEnd(Containers containers, ContainerLocks locks, LiveContainers live, ContainerWaits waits, Networks networks, Runtime runtime,
            @Lazy ContainerRemoval removal, Volumes volumes, Instance instance, Clock clock) {
        this.containers = containers;
        this.locks = locks;
        this.live = live;
        this.waits = waits;
        this.networks = networks;
        this.runtime = runtime;
        this.removal = removal;
        this.volumes = volumes;
        this.instance = instance;
        this.clock = clock;
    }

    /** Sees to the end of a container that runs now. */
    void watch(ContainerId id, LiveContainer running) {
        running.shim().exited().whenComplete((exit, loss) -> {
            if (!live.isClosing()) {
                Thread.ofVirtual().name("end-" + id.shortId()).start(() -> settle(id, running, exit == null ? lastKnown(id) : exit));
            }
        });
    }

    private void settle(ContainerId id, LiveContainer running, Exit exit) {
        try (var _ = locks.acquire(id)) {
            settleLocked(containers.require(id), running, exit);
        } catch (RuntimeException failure) {
            LOG.error("container {}: its end could not be settled", id.shortId(), failure);
        } finally {
            running.settled().complete(null);
        }
        containers.find(id).filter(container -> container.hostConfig().autoRemove() && !container.isRunning())
                .ifPresent(container -> removal.removeAfterRun(container.id()));
    }

    private void settleLocked(Container container, LiveContainer running, Exit exit) {
        var id = container.id();
        write(container, exit);
        waits.exited(id, new Outcome(exit.code(), ""));
        live.remove(id);
        try {
            running.shim().reap();
        } catch (IOException gone) {
            LOG.debug("container {}: its shim went by itself", id.shortId(), gone);
        }
        running.shim().close();
        giveBack(id, running.cgroup());
        for (var mount : container.mounts()) {
            if (mount.name() != null) {
                volumes.find(mount.name()).ifPresent(volume ->
                        volumes.recordUse("unmount", volume, id.value(), mount.destination(), mount.writable()));
            }
        }
    }

    /** Writes an end that was seen; with the event. */
    Container write(Container container, Exit exit) {
        var started = container.state() instanceof ContainerState.Running running ? running.since() : exit.at();
        var state = new ContainerState.Exited(exit.code(), exit.oomKilled(), "", started, exit.at());
        if (exit.oomKilled()) {
            containers.record(container, "oom", Map.of());
        }
        return containers.change(container.id(), before -> before.in(state), "die", Map.of("exitCode", Integer.toString(exit.code()),
                "execDuration", Long.toString(Math.max(0, Duration.between(started, exit.at()).toSeconds()))));
    }

    /** Gives back what a run had: network, cgroup, socket. Each is tried whatever becomes of the others. */
    void giveBack(ContainerId id, @Nullable Cgroup cgroup) {
        attempt(id, "network", () -> networks.detach(id.value()));
        if (cgroup != null) {
            attempt(id, "cgroup", cgroup::delete);
        }
        attempt(id, "socket", () -> runtime.forget(id.value()));
    }

    private static void attempt(ContainerId id, String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            LOG.warn("container {}: its {} could not be given back", id.shortId(), what, failure);
        }
    }

    /** The end by the shim's record; without one the shim was killed with its container. */
    Exit lastKnown(ContainerId id) {
        try {
            var record = ExitRecord.read(ContainerFolder.of(instance, id).exitRecord());
            if (record.isPresent()) {
                return record.get().exit();
            }
        } catch (IOException unreadable) {
            LOG.warn("container {}: its exit record cannot be read", id.shortId(), unreadable);
        }
        return new Exit(isSameBoot(id) ? KILLED : UNKNOWN_CODE, false, clock.instant());
    }

    private boolean isSameBoot(ContainerId id) {
        return containers.find(id).map(Container::state).filter(ContainerState.Running.class::isInstance)
                .map(state -> ((ContainerState.Running) state).since().isAfter(bootTime())).orElse(false);
    }

    private Instant bootTime() {
        try {
            double uptime = Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
            return clock.instant().minusMillis((long) (uptime * 1000));
        } catch (IOException failure) {
            throw new UncheckedIOException("read /proc/uptime", failure);
        }
    }
}
