package io.berth.container;

import io.berth.instance.Failpoint;
import io.berth.instance.Instance;
import io.berth.network.Sandboxes;
import io.berth.runtime.Cgroups;
import io.berth.runtime.Runtime;
import io.berth.runtime.ShimClient;
import io.berth.storage.Snapshotter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Takes up what an earlier run of the service has left, before the doors open: containers that run on are adopted, ends that nobody saw are
 * written down, and what belongs to no container is removed. A container that cannot be taken up keeps none of the others from it.
 */
@Component
public class Recovery implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Containers containers;
    private final LiveContainers live;
    private final ContainerEnd end;
    private final ContainerRuns runs;
    private final ContainerRestarts restarts;
    private final ContainerRemoval removal;
    private final ContainerRecreation recreation;
    private final Sandboxes sandboxes;
    private final ContainerNetworks networks;
    private final Cgroups cgroups;
    private final Runtime runtime;
    private final Snapshotter snapshotter;
    private final MountSources sources;
    private final ContainerMounts mounts;
    private final ContainerLogs logs;
    private final ContainerRescue rescues;
    private final Instance instance;
    private volatile boolean done;

    Recovery(Containers containers, LiveContainers live, ContainerEnd end, ContainerRuns runs, ContainerRestarts restarts,
            ContainerRemoval removal, ContainerRecreation recreation, Sandboxes sandboxes, ContainerNetworks networks, Cgroups cgroups,
            Runtime runtime, Snapshotter snapshotter, MountSources sources, ContainerMounts mounts,
            ContainerLogs logs, ContainerRescue rescues, Instance instance) {
        this.containers = containers;
        this.live = live;
        this.end = end;
        this.runs = runs;
        this.restarts = restarts;
        this.removal = removal;
        this.recreation = recreation;
        this.sandboxes = sandboxes;
        this.networks = networks;
        this.cgroups = cgroups;
        this.runtime = runtime;
        this.snapshotter = snapshotter;
        this.sources = sources;
        this.mounts = mounts;
        this.logs = logs;
        this.rescues = rescues;
        this.instance = instance;
    }

    /** Whether the engine is ready. */
    public boolean isDone() {
        return done;
    }

    @Override
    public void afterSingletonsInstantiated() {
        // Connected first: what the shims write down from here on comes over the connections, too.
        var shims = new HashMap<ContainerId, ShimClient>();
        containers.list().forEach(container -> runtime.adopt(container.id().value()).ifPresent(shim -> shims.put(container.id(), shim)));
        Failpoint.RECOVERY_CONNECTED.reached();
        runs.takeWritten(containers.list().stream().filter(container -> !container.isDead()).toList());
        Failpoint.RECOVERY_RECORDS_TAKEN.reached();
        var running = new HashSet<String>();
        for (var container : containers.list()) {
            try {
                if (takeUp(container, Optional.ofNullable(shims.get(container.id())))) {
                    running.add(container.id().value());
                }
            } catch (IOException | RuntimeException failure) {
                LOG.error("container {} could not be taken up", container.id().shortId(), failure);
            }
        }
        clean(running);
        Failpoint.RECOVERY_CLEANED.reached();
        var putBack = recreation.recover();
        var interrupted = rescues.recover(running);
        containers.list().stream().filter(container -> container.hostConfig().autoRemove() && container.state() instanceof ContainerState.Exited
                        && !putBack.contains(container.id()) && !interrupted.contains(container.id()))
                .forEach(container -> removal.removeAfterRun(container.id()));
        restarts.afterStart(interrupted);
        done = true;
        if (!running.isEmpty()) {
            LOG.info("{} running containers adopted", running.size());
        }
    }

    /** True when it runs, or waits to be started again. */
    private boolean takeUp(Container container, Optional<ShimClient> shim) throws IOException {
        if (shim.isPresent() && container.isRunning()) {
            adopt(container, shim.get());
            return true;
        }
        if (shim.isEmpty() || container.isDead()) {
            // Without its shim, or with one that nobody knows how to lead, it does not run on.
            cgroups.open(container.id().value(), Limits.parent(container.hostConfig())).kill();
        }
        if (shim.isPresent()) {
            letGo(shim.get());
        }
        if (container.isRunning()) {
            end.writeUnseen(container);
        }
        return false;
    }

    /** Its last run is over, or there was none: it ends with its connections anyway. */
    private static void letGo(ShimClient shim) {
        try (shim) {
            shim.stayEnded();
            shim.reap();
        } catch (IOException gone) {
            LOG.debug("a shim went by itself", gone);
        }
    }

    private void adopt(Container container, ShimClient shim) throws IOException {
        var id = container.id();
        sources.adopt(container);
        var cgroup = cgroups.open(id.value(), Limits.parent(container.hostConfig()));
        if (container.state() instanceof ContainerState.Running(var pid, var since, var paused)) {
            sandboxes.adopt(id.value(), container.name(), pid);
            // The kernel says whether they stand: a pause may have been cut off between its steps.
            boolean frozen = cgroup.isFrozen();
            shim.holdProbes(frozen);
            if (frozen != paused) {
                containers.change(id, before -> before.in(new ContainerState.Running(pid, since, frozen)));
            }
        } else {
            sandboxes.adopt(id.value(), container.name(), 0);
            shim.holdProbes(false);
        }
        shim.changeRule(container.hostConfig().restartPolicy().rule());
        if (container.supervision().stoppedByHand()) {
            shim.stayEnded();
        }
        var running = new LiveContainer(shim, cgroup, new CompletableFuture<>());
        live.put(id, running);
        runs.follow(id, running);
    }

    private void clean(Set<String> running) {
        attempt("networks", () -> sandboxes.forgetAllBut(running));
        attempt("connections", () -> networks.recover(running));
        attempt("cgroups", () -> cgroups.containerIds().stream().filter(id -> !running.contains(id))
                .forEach(id -> cgroups.open(id, null).delete()));
        attempt("cgroups elsewhere", () -> containers.list().stream()
                .filter(container -> !running.contains(container.id().value()) && Limits.parent(container.hostConfig()) != null)
                .forEach(container -> cgroups.open(container.id().value(), Limits.parent(container.hostConfig())).delete()));
        attempt("mounts", () -> sources.releaseUnused(running));
        var known = containers.list().stream().map(container -> container.id().value()).collect(Collectors.toSet());
        attempt("writable layers", () -> snapshotter.activeKeys().stream().filter(key -> !known.contains(ImageMounts.ownerOf(key))).forEach(snapshotter::remove));
        attempt("folders", () -> removeFolders(known));
        containers.list().stream().filter(container -> !running.contains(container.id().value()))
                .forEach(container -> attempt("socket", () -> runtime.forget(container.id().value())));
    }

    private void removeFolders(Set<String> known) {
        try {
            for (var name : ContainerFolder.names(instance)) {
                var folder = new ContainerFolder(ContainerFolder.all(instance).resolve(name));
                if (known.contains(name)) {
                    folder.forgetGoing();
                } else {
                    mounts.removeAnonymous(folder.goingVolumes());
                    attempt("log", () -> logs.keepLeft(folder));
                    folder.delete();
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("list the folders of containers", failure);
        }
    }

    private static void attempt(String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            LOG.warn("leftover {} could not be removed", what, failure);
        }
    }
}
