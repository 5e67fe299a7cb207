package io.berth.container;

import io.berth.container.ContainerWaits.Outcome;
import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.instance.Failpoint;
import io.berth.runtime.AttachFlag;
import io.berth.runtime.IoSession;
import io.berth.runtime.ShimState;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What can be done with a container. Changes of one container come one at a time; waiting holds no lock. Safe for use by many threads. */
@Component
public class ContainerLifecycle {

    /** When a wait is over. */
    public enum WaitCondition {
        NOT_RUNNING, NEXT_EXIT, REMOVED
    }

    private static final Logger LOG = LoggerFactory.getLogger(ContainerLifecycle.class);

    /** How a wait ended; {@code error} is empty unless something went wrong. */
    public record WaitResult(int statusCode, String error) {}

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private final Containers containers;
    private final ContainerCreation creation;
    private final ContainerStart starter;
    private final ContainerEnd end;
    private final ContainerRemoval removal;
    private final ContainerLocks locks;
    private final LiveContainers live;
    private final ContainerWaits waits;
    private final PendingAttaches attaches;
    private final RestartPolicies policies;
    private final NamespaceSharing sharing;
    private final ContainerNetworks networks;

    ContainerLifecycle(Containers containers, ContainerCreation creation, ContainerStart starter, ContainerEnd end, ContainerRemoval removal,
            ContainerLocks locks, LiveContainers live, ContainerWaits waits, PendingAttaches attaches, RestartPolicies policies,
            NamespaceSharing sharing, ContainerNetworks networks) {
        this.containers = containers;
        this.creation = creation;
        this.starter = starter;
        this.end = end;
        this.removal = removal;
        this.locks = locks;
        this.live = live;
        this.waits = waits;
        this.attaches = attaches;
        this.policies = policies;
        this.sharing = sharing;
        this.networks = networks;
    }

    /** Makes a container; it survives a power cut when this returns. All of it or nothing. */
    public CreatedContainer create(CreateRequest request) {
        return creation.create(request);
    }

    /** Starts the container; false when it was running already. */
    public boolean start(ContainerId id) {
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            requireUsable(container);
            if (container.isPaused()) {
                throw new ConflictException("cannot start a paused container, try unpause instead");
            }
            if (container.isRunning()) {
                return false;
            }
            starter.start(container);
            return true;
        } catch (RuntimeException failed) {
            if (containers.find(id).filter(container -> container.hostConfig().autoRemove() && !container.isRunning()).isPresent()) {
                removal.removeAfterRun(id);
            }
            throw failed;
        }
    }

    /**
     * Stops the container: its stop signal, and after {@code timeout} SIGKILL; false when it was not running.
     *
     * @param timeout null for the container's own, else 10 s; negative to wait for ever
     * @param signal null for the container's own, else SIGTERM
     */
    public boolean stop(ContainerId id, @Nullable Duration timeout, @Nullable String signal) {
        var container = containers.require(id);
        var running = live.find(id).orElse(null);
        if (running == null || !container.isRunning()) {
            // The engine may have been about to start it, or have just done so.
            return stopPending(id) || live.find(id).isPresent() && containers.require(id).isRunning() && stop(id, timeout, signal);
        }
        var own = container.config().stopTimeout();
        var patience = timeout != null ? timeout : own == null ? DEFAULT_TIMEOUT : Duration.ofSeconds(own);
        send(container, running, signal != null && !signal.isEmpty() ? Signals.parse(signal) : stopSignal(container), true);
        if (!hasSettled(running, patience)) {
            send(container, running, Signals.SIGKILL, true);
            sharing.awaitEnd(id, running);
        }
        containers.find(id).ifPresent(stopped -> containers.record(stopped, "stop", Map.of()));
        return true;
    }

    private boolean stopPending(ContainerId id) {
        try (var _ = locks.acquire(id)) {
            if (!policies.stoppedWhilePending(id)) {
                return false;
            }
        }
        containers.find(id).ifPresent(stopped -> containers.record(stopped, "stop", Map.of()));
        return true;
    }

    private static int stopSignal(Container container) {
        var own = container.config().stopSignal();
        return own == null || own.isEmpty() ? Signals.SIGTERM : Signals.parse(own);
    }

    /** Stops the container if it runs and starts it. */
    public void restart(ContainerId id, @Nullable Duration timeout, @Nullable String signal) {
        end.keepAfterRun(id);
        try {
            stop(id, timeout, signal);
            start(id);
        } finally {
            end.forgetKept(id);
        }
        containers.record(containers.require(id), "restart", Map.of());
    }

    /**
     * Sends a signal to the first process; SIGKILL and its stop signal end its restarts, too. Whoever has seen its first output may send one
     * before its start is written down: then this waits for that.
     *
     * @throws ConflictException it does not run
     */
    public void kill(ContainerId id, String signal) {
        containers.require(id);
        int number = signal.isEmpty() ? Signals.SIGKILL : Signals.parse(signal);
        LiveContainer running;
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            running = live.find(id).filter(found -> container.isRunning()).orElseThrow(() -> LiveContainers.notRunning(container));
            send(container, running, number, number == Signals.SIGKILL || number == stopSignal(container));
        }
        if (number == Signals.SIGKILL) {
            sharing.awaitEnd(id, running);
        }
    }

    /** @param stops no other run is to follow */
    private void send(Container container, LiveContainer running, int number, boolean stops) {
        try (var _ = locks.acquire(container.id())) {
            var current = containers.require(container.id());
            if (stops) {
                policies.stoppedByHand(current, running);
            }
            if (current.isRestarting() && !(running.shim().state() instanceof ShimState.Running)) {
                return;
            }
            if (current.isPaused()) {
                thaw(container.id(), running);
            }
            containers.record(container, "kill", Map.of("signal", Integer.toString(number)));
            running.shim().signal(number);
            Failpoint.STOP_SIGNALLED.reached();
        } catch (IOException ended) {
            LOG.debug("container {} has ended by itself", container.id().shortId(), ended);
        }
    }

    private static boolean hasSettled(LiveContainer running, Duration patience) {
        try {
            if (patience.isNegative()) {
                running.settled().join();
            } else {
                running.settled().get(patience.toNanos(), TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (TimeoutException stillRunning) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InternalException("interrupted while a container was to stop", interrupted);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("settled() completes normally only", impossible);
        }
    }

    /** Freezes all processes. */
    public void pause(ContainerId id) {
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            var running = live.require(container);
            if (container.isPaused()) {
                throw new ConflictException("Container " + id + " is already paused");
            }
            freeze(id, running);
            containers.change(id, before -> before.in(paused(before, true)), "pause", Map.of());
        }
    }

    /** A probe that began in a frozen cgroup would hold its shim up. */
    private static void freeze(ContainerId id, LiveContainer running) {
        try {
            running.shim().holdProbes(true);
            running.cgroup().freeze();
        } catch (IOException ended) {
            throw new ConflictException("container " + id + " is not running", ended);
        } catch (RuntimeException refused) {
            letProbesGoOn(id, running);
            throw refused;
        }
    }

    private static void letProbesGoOn(ContainerId id, LiveContainer running) {
        try {
            running.shim().holdProbes(false);
        } catch (IOException ended) {
            LOG.debug("container {} has ended by itself", id.shortId(), ended);
        }
    }

    /** Lets frozen processes go on. */
    public void unpause(ContainerId id) {
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            if (!container.isPaused()) {
                throw new ConflictException("Container " + id + " is not paused");
            }
            thaw(id, live.require(container));
        }
    }

    private void thaw(ContainerId id, LiveContainer running) {
        running.cgroup().thaw();
        letProbesGoOn(id, running);
        containers.change(id, before -> before.in(paused(before, false)), "unpause", Map.of());
    }

    private static ContainerState paused(Container container, boolean paused) {
        if (container.state() instanceof ContainerState.Running(var pid, var since, var before)) {
            return new ContainerState.Running(pid, since, paused);
        }
        throw LiveContainers.notRunning(container);
    }

    /** Gives the container another name; it survives a power cut when this returns. */
    public void rename(ContainerId id, String asked) {
        var name = asked.startsWith("/") ? asked.substring(1) : asked;
        if (name.isEmpty()) {
            throw new InvalidArgumentException("Neither old nor new names may be empty");
        }
        try (var _ = locks.acquire(id)) {
            requireUsable(containers.require(id));
            if (containers.require(id).name().equals(name)) {
                throw new InvalidArgumentException("Renaming a container with the same name as its current name");
            }
            containers.rename(id, name);
            networks.renamed(containers.require(id));
        }
    }

    private static void requireUsable(Container container) {
        if (container.state() instanceof ContainerState.Dead(var error)) {
            throw new ConflictException("container " + container.id() + " is dead and can only be removed: " + error);
        }
    }

    /** Removes the container with its writable layer. @param withVolumes its anonymous volumes too */
    public void remove(ContainerId id, boolean force, boolean withVolumes) {
        removal.remove(id, force, withVolumes);
    }

    /** Completes when the condition holds; registered when this returns, so a start after it is not missed. */
    public CompletableFuture<WaitResult> await(ContainerId id, WaitCondition condition) {
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            var outcome = switch (condition) {
                case NOT_RUNNING -> container.isRunning() ? waits.nextExit(id)
                        : CompletableFuture.completedFuture(new Outcome(container.state().exitCode(), ""));
                case NEXT_EXIT -> waits.nextExit(id);
                case REMOVED -> waits.removal(id);
            };
            return outcome.thenApply(end -> new WaitResult(end.code(), end.error()));
        }
    }

    /** The container's streams; of one that does not run yet they begin with its start. The caller closes them. */
    public IoSession attach(ContainerId id, Set<AttachFlag> flags) {
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            if (container.isPaused()) {
                throw new ConflictException("container " + id + " is paused, unpause the container before attach");
            }
            if (container.isRestarting()) {
                throw LiveContainers.restarting(container);
            }
            containers.record(container, "attach", Map.of());
            return container.isRunning() ? live.require(container).shim().attach(flags) : attaches.add(id, flags);
        } catch (IOException failure) {
            throw new ConflictException("container " + id + " is not running", failure);
        }
    }

    /** Gives the terminal another size. @throws ConflictException it does not run */
    public void resize(ContainerId id, int rows, int columns) {
        var container = containers.require(id);
        try {
            live.require(container).shim().resize(rows, columns);
            containers.record(container, "resize", Map.of("height", Integer.toString(rows), "width", Integer.toString(columns)));
        } catch (IOException failure) {
            throw new InternalException("cannot resize container " + id + ": " + failure.getMessage(), failure);
        }
    }

    /** The container's processes. @throws ConflictException it does not run */
    public ProcessTable processes(ContainerId id, String arguments) {
        return ProcessTable.of(live.require(containers.require(id)).cgroup().pids(), arguments);
    }
}
