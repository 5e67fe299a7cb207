package io.berth.container;

import io.berth.container.ContainerWaits.Outcome;
import io.berth.instance.Failpoint;
import io.berth.instance.Instance;
import io.berth.network.Sandboxes;
import io.berth.runtime.Cgroup;
import io.berth.runtime.Runtime;
import io.berth.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * The end of a run, in the order on which Docker's clients depend: the event, the state, who waits for the exit, then network and cgroup,
 * removal where it was asked for, and who waits for that.
 */
@Component
class ContainerEnd {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerEnd.class);
    /** What a container ended with when its shim was killed. */
    private static final int KILLED = 137;
    /** What ran for less, and was not killed for want of memory, has nothing to tell. */
    private static final Duration WORTH_A_LOOK = Duration.ofSeconds(1);

    private final Containers containers;
    private final ContainerLocks locks;
    private final LiveContainers live;
    private final ContainerWaits waits;
    private final Sandboxes sandboxes;
    private final Runtime runtime;
    private final ContainerRemoval removal;
    private final Volumes volumes;
    private final MountSources sources;
    private final RestartPolicies policies;
    private final ObjectProvider<LastLook> looks;
    private final Instance instance;
    private final Clock clock;
    private final Set<ContainerId> kept = ConcurrentHashMap.newKeySet();

    ContainerEnd(Containers containers, ContainerLocks locks, LiveContainers live, ContainerWaits waits, Sandboxes sandboxes, Runtime runtime,
            @Lazy ContainerRemoval removal, Volumes volumes, MountSources sources, RestartPolicies policies,
            ObjectProvider<LastLook> looks, Instance instance, Clock clock) {
        this.containers = containers;
        this.locks = locks;
        this.live = live;
        this.waits = waits;
        this.sandboxes = sandboxes;
        this.runtime = runtime;
        this.removal = removal;
        this.volumes = volumes;
        this.sources = sources;
        this.policies = policies;
        this.looks = looks;
        this.instance = instance;
        this.clock = clock;
    }

    /** Its next end is followed by a start: it is not removed then. The caller holds its lock. */
    void keepAfterRun(ContainerId id) {
        kept.add(id);
    }

    /** A start is tried: its next end is one as any other. */
    void forgetKept(ContainerId id) {
        kept.remove(id);
    }

    /** The last run of a container is over and written down: gives back what it had, and removes it when it was to go then. */
    void settle(ContainerId id, LiveContainer running) {
        try (var _ = locks.acquire(id)) {
            settleLocked(containers.require(id), running);
        } catch (RuntimeException failure) {
            LOG.error("container {}: its end could not be settled", id.shortId(), failure);
        } finally {
            running.settled().complete(null);
        }
        containers.find(id).filter(container -> container.hostConfig().autoRemove() && !container.isRunning() && !kept.remove(id))
                .ifPresent(container -> removal.removeAfterRun(container.id()));
    }

    /** Its shim is gone, and the container with it; what the shim has written down before says how it ended. */
    void lost(ContainerId id, LiveContainer running, ContainerRuns runs) {
        try (var _ = locks.acquire(id)) {
            running.cgroup().kill();
            var container = runs.takeWritten(containers.require(id));
            // Still under the lock: a stop that sees the end sees what is to follow it, too.
            policies.pend(container.isRunning() ? writeUnseen(container) : container);
        } catch (RuntimeException failure) {
            LOG.error("container {}: its end could not be written down", id.shortId(), failure);
        }
        settle(id, running);
    }

    private void settleLocked(Container container, LiveContainer running) {
        var id = container.id();
        live.remove(id);
        Failpoint.END_BEGUN.reached();
        try {
            running.shim().reap();
        } catch (IOException gone) {
            LOG.debug("container {}: its shim went by itself", id.shortId(), gone);
        }
        running.shim().close();
        Failpoint.END_SHIM_REAPED.reached();
        if (container.state() instanceof ContainerState.Exited exited
                && (exited.oomKilled() || Duration.between(exited.startedAt(), exited.finishedAt()).compareTo(WORTH_A_LOOK) >= 0)) {
            attempt(id, "last state", () -> looks.ifAvailable(look -> ContainerFolder.of(instance, id).keepLook(look.at(container, running.cgroup()))));
        }
        giveBack(id, running.cgroup());
        Failpoint.END_GIVEN_BACK.reached();
        for (var mount : container.mounts()) {
            if (mount.volume() != null) {
                volumes.find(mount.volume()).ifPresent(volume ->
                        volumes.recordUse("unmount", volume, id.value(), mount.destination(), mount.writable()));
            }
        }
    }

    /** Writes the end of a container that ran, or waited to be started again, and of which nobody saw more. */
    Container writeUnseen(Container container) {
        if (container.state() instanceof ContainerState.Restarting(var code, var oom, var started, var finished)) {
            var state = new ContainerState.Exited(code, oom, "", started, finished);
            waits.exited(container.id(), new Outcome(code, ""));
            return containers.change(container.id(), before -> before.in(state));
        }
        var now = clock.instant();
        var started = container.state() instanceof ContainerState.Running running ? running.since() : now;
        boolean sameBoot = started.isAfter(bootTime()) && runtime.hasLeft(container.id().value());
        int code = sameBoot ? KILLED : ContainerState.UNKNOWN_CODE;
        var error = sameBoot ? "the container was killed together with its shim" : "the host went down while the container ran";
        var next = containers.change(container.id(), before -> before.in(new ContainerState.Exited(code, false, error, started, now)),
                happenings(now, started, code, false));
        waits.exited(container.id(), new Outcome(code, ""));
        return next;
    }

    /** What clients hear of an end. */
    static List<Happening> happenings(Instant at, Instant started, int code, boolean oomKilled) {
        var died = new Happening(at, "die", Map.of("exitCode", Integer.toString(code),
                "execDuration", Long.toString(Math.max(0, Duration.between(started, at).toSeconds()))));
        return oomKilled ? List.of(new Happening(at, "oom", Map.of()), died) : List.of(died);
    }

    /** Gives back what a run had: network, cgroup, volumes, socket. Each is tried whatever becomes of the others. */
    void giveBack(ContainerId id, @Nullable Cgroup cgroup) {
        attempt(id, "network", () -> sandboxes.detach(id.value()));
        Failpoint.END_NETWORK_GIVEN_BACK.reached();
        if (cgroup != null) {
            attempt(id, "processes", cgroup::kill);
            attempt(id, "cgroup", cgroup::delete);
        }
        attempt(id, "volumes", () -> sources.release(id));
        attempt(id, "socket", () -> runtime.forget(id.value()));
    }

    private static void attempt(ContainerId id, String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            LOG.warn("container {}: its {} could not be seen to at its end", id.shortId(), what, failure);
        }
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
