package io.berth.container;

import io.berth.instance.Instance;
import io.berth.network.Networks;
import io.berth.runtime.Cgroups;
import io.berth.runtime.Runtime;
import io.berth.runtime.ShimClient;
import io.berth.storage.Snapshotter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
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
    private final ContainerStart starter;
    private final ContainerLocks locks;
    private final ContainerRemoval removal;
    private final Networks networks;
    private final Cgroups cgroups;
    private final Runtime runtime;
    private final Snapshotter snapshotter;
    private final Instance instance;
    private volatile boolean done;

    Recovery(Containers containers, LiveContainers live, ContainerEnd end, ContainerRuns runs, ContainerStart starter,
            ContainerLocks locks, ContainerRemoval removal, Networks networks, Cgroups cgroups,
            Runtime runtime, Snapshotter snapshotter, Instance instance) {
        this.containers = containers;
        this.live = live;
        this.end = end;
        this.runs = runs;
        this.starter = starter;
        this.locks = locks;
        this.removal = removal;
        this.networks = networks;
        this.cgroups = cgroups;
        this.runtime = runtime;
        this.snapshotter = snapshotter;
        this.instance = instance;
    }

    /** Whether the engine is ready. */
    public boolean isDone() {
        return done;
    }

    @Override
    public void afterSingletonsInstantiated() {
        var running = new HashSet<String>();
        for (var container : containers.list()) {
            try {
                if (takeUp(container)) {
                    running.add(container.id().value());
                }
            } catch (IOException | RuntimeException failure) {
                LOG.error("container {} could not be taken up", container.id().shortId(), failure);
            }
        }
        clean(running);
        containers.list().stream().filter(container -> container.hostConfig().autoRemove() && container.state() instanceof ContainerState.Exited)
                .forEach(container -> removal.removeAfterRun(container.id()));
        var due = containers.list().reversed().stream().filter(RestartPolicies::isDue).map(Container::id).toList();
        Thread.ofVirtual().name("restarts").start(() -> due.forEach(this::startAgain));
        done = true;
        if (!running.isEmpty()) {
            LOG.info("{} running containers adopted", running.size());
        }
    }

    private void startAgain(ContainerId id) {
        try (var _ = locks.acquire(id)) {
            containers.find(id).filter(RestartPolicies::isDue).ifPresent(starter::start);
        } catch (RuntimeException failure) {
            LOG.warn("container {} could not be started again by its restart policy", id.shortId(), failure);
        }
    }

    /** True when it runs, or waits to be started again. */
    private boolean takeUp(Container known) throws IOException {
        // Connected first: what the shim writes down from here on comes over the connection, too.
        var shim = runtime.adopt(known.id().value());
        runs.restoreHealth(known);
        var container = runs.takeWritten(known);
        if (shim.isPresent() && container.isRunning()) {
            adopt(container, shim.get());
            return true;
        }
        if (shim.isPresent()) {
            letGo(shim.get());
        }
        if (container.isRunning()) {
            cgroups.open(container.id().value(), null).kill();
            end.writeUnseen(container);
        }
        return false;
    }

    private static void letGo(ShimClient shim) throws IOException {
        shim.reap();
        shim.close();
    }

    private void adopt(Container container, ShimClient shim) throws IOException {
        var id = container.id();
        networks.adopt(id.value(), container.name(), container.state() instanceof ContainerState.Running running ? running.pid() : 0);
        shim.holdProbes(container.isPaused());
        shim.changeRule(container.hostConfig().restartPolicy().rule());
        if (container.supervision().stoppedByHand()) {
            shim.stayEnded();
        }
        var running = new LiveContainer(shim, cgroups.open(id.value(), null), new CompletableFuture<>());
        live.put(id, running);
        runs.follow(id, running);
    }

    private void clean(Set<String> running) {
        attempt("networks", () -> networks.forgetAllBut(running));
        attempt("cgroups", () -> cgroups.containerIds().stream().filter(id -> !running.contains(id))
                .forEach(id -> cgroups.open(id, null).delete()));
        var known = containers.list().stream().map(container -> container.id().value()).collect(Collectors.toSet());
        attempt("writable layers", () -> snapshotter.activeKeys().stream().filter(key -> !known.contains(key)).forEach(snapshotter::remove));
        attempt("folders", () -> removeFolders(known));
        containers.list().stream().filter(container -> !running.contains(container.id().value()))
                .forEach(container -> attempt("socket", () -> runtime.forget(container.id().value())));
    }

    private void removeFolders(Set<String> known) {
        try {
            ContainerFolder.names(instance).stream().filter(name -> !known.contains(name))
                    .forEach(name -> new ContainerFolder(ContainerFolder.all(instance).resolve(name)).delete());
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
