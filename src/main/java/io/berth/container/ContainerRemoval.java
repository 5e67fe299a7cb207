package io.berth.container;

import io.berth.container.ContainerWaits.Outcome;
import io.berth.error.ConflictException;
import io.berth.error.EngineException;
import io.berth.error.NotFoundException;
import io.berth.image.Images;
import io.berth.instance.Failpoint;
import io.berth.instance.Instance;
import io.berth.storage.Snapshotter;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Removes containers with their writable layer and, when asked, anonymous volumes. Their logs are kept for a while. */
@Component
class ContainerRemoval {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerRemoval.class);

    private final Containers containers;
    private final ContainerLocks locks;
    private final LiveContainers live;
    private final ContainerWaits waits;
    private final PendingAttaches attaches;
    private final ContainerMounts mounts;
    private final Execs execs;
    private final Healths healths;
    private final RestartPolicies policies;
    private final NamespaceSharing sharing;
    private final Snapshotter snapshotter;
    private final Images images;
    private final ContainerLogs logs;
    private final Instance instance;
    private final Set<ContainerId> removing = ConcurrentHashMap.newKeySet();

    ContainerRemoval(Containers containers, ContainerLocks locks, LiveContainers live, ContainerWaits waits, PendingAttaches attaches,
            ContainerMounts mounts, Execs execs, Healths healths, RestartPolicies policies, NamespaceSharing sharing,
            Snapshotter snapshotter, Images images, ContainerLogs logs, Instance instance) {
        this.containers = containers;
        this.locks = locks;
        this.live = live;
        this.waits = waits;
        this.attaches = attaches;
        this.mounts = mounts;
        this.execs = execs;
        this.healths = healths;
        this.policies = policies;
        this.sharing = sharing;
        this.snapshotter = snapshotter;
        this.images = images;
        this.logs = logs;
        this.instance = instance;
    }

    /** Removes a container that was to go when it ends; one that a client removes at the same time is fine. */
    void removeAfterRun(ContainerId id) {
        try {
            remove(id, false, true);
        } catch (ConflictException | NotFoundException alreadyGoing) {
            LOG.debug("container {} is being removed already", id.shortId(), alreadyGoing);
        } catch (EngineException failure) {
            LOG.error("container {} could not be removed after its run", id.shortId(), failure);
        }
    }

    void remove(ContainerId id, boolean force, boolean withVolumes) {
        if (!removing.add(id)) {
            throw new ConflictException("removal of container " + id.shortId() + " is already in progress");
        }
        try {
            if (force) {
                killAndAwait(id);
            }
            removeStopped(id, withVolumes);
        } finally {
            removing.remove(id);
        }
    }

    private void killAndAwait(ContainerId id) {
        var running = live.find(id);
        if (running.isEmpty()) {
            return;
        }
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            policies.stoppedByHand(container, running.get());
            if (container.isPaused()) {
                running.get().cgroup().thaw();
            }
            running.get().shim().signal(Signals.SIGKILL);
        } catch (IOException ended) {
            LOG.debug("container {} has ended by itself", id.shortId(), ended);
        }
        sharing.awaitEnd(id, running.get());
    }

    private void removeStopped(ContainerId id, boolean withVolumes) {
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            if (container.isRunning()) {
                throw new ConflictException("cannot remove container \"" + container.name() + "\": container is "
                        + container.state().word() + ": stop the container before removing or force remove");
            }
            attaches.close(id);
            Failpoint.REMOVE_BEGUN.reached();
            var folder = ContainerFolder.of(instance, id);
            var going = withVolumes ? ContainerMounts.anonymous(container.mounts().stream()) : List.<String>of();
            folder.forgetGoing();
            folder.markGoing(going);
            Failpoint.REMOVE_MARKED.reached();
            containers.remove(container);
            Failpoint.REMOVE_COMMITTED.reached();
            execs.forget(id);
            healths.forget(id);
            snapshotter.remove(id.value());
            mounts.removeImages(id, container.mounts());
            Failpoint.REMOVE_LAYER_GONE.reached();
            mounts.removeAnonymous(going);
            Failpoint.REMOVE_VOLUMES_GONE.reached();
            logs.keep(container);
            Failpoint.REMOVE_LOG_KEPT.reached();
            folder.delete();
            Failpoint.REMOVE_FOLDER_GONE.reached();
            if (images.find(container.imageId()).isEmpty()) {
                images.collectGarbage();
            }
            Failpoint.REMOVE_DONE.reached();
            waits.removed(id, new Outcome(container.state().exitCode(), ""));
        }
        locks.forget(id);
    }
}
