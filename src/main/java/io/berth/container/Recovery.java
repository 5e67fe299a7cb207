package io.berth.container;

import io.berth.instance.Instance;
import io.berth.network.Networks;
import io.berth.runtime.Cgroups;
import io.berth.runtime.Runtime;
import io.berth.runtime.ShimClient;
import io.berth.runtime.ShimState;
import io.berth.storage.Snapshotter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
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
    private final ContainerRemoval removal;
    private final Networks networks;
    private final Cgroups cgroups;
    private final Runtime runtime;
    private final Snapshotter snapshotter;
    private final Instance instance;
    private volatile boolean done;

    Recovery(Containers containers, LiveContainers live, ContainerEnd end, ContainerRemoval removal, Networks networks, Cgroups cgroups,
            Runtime runtime, Snapshotter snapshotter, Instance instance) {
        this.containers = containers;
        this.live = live;
        this.end = end;
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
        done = true;
        if (!running.isEmpty()) {
            LOG.info("{} running containers adopted", running.size());
        }
    }

    /** True when it runs. */
    private boolean takeUp(Container container) throws IOException {
        var shim = runtime.adopt(container.id().value());
        if (shim.isEmpty()) {
            if (container.isRunning()) {
                finish(container);
            }
            return false;
        }
        switch (shim.get().state()) {
            case ShimState.Running(var started) -> {
                adopt(container, shim.get(), started.pid(), started.at());
                return true;
            }
            case ShimState.Ended(var started, var exit) -> {
                letGo(shim.get());
                var running = container.isRunning() ? container : containers.change(container.id(),
                        before -> before.in(new ContainerState.Running(started.pid(), started.at(), false)));
                end.write(running, exit);
            }
            // The service went down between the shim and its start: nothing has run.
            case ShimState.Created _ -> letGo(shim.get());
        }
        return false;
    }

    private void finish(Container container) {
        end.write(container, end.lastKnown(container.id()));
    }

    private static void letGo(ShimClient shim) throws IOException {
        shim.reap();
        shim.close();
    }

    private void adopt(Container container, ShimClient shim, int pid, Instant since) {
        var id = container.id();
        networks.adopt(id.value(), container.name(), pid);
        var running = new LiveContainer(shim, cgroups.open(id.value(), null), new CompletableFuture<>());
        live.put(id, running);
        if (!(container.state() instanceof ContainerState.Running known) || known.pid() != pid) {
            containers.change(id, before -> before.in(new ContainerState.Running(pid, since, false)));
        }
        end.watch(id, running);
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
