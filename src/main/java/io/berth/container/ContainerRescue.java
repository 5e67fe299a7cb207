package io.berth.container;

import io.berth.error.ConflictException;
import io.berth.error.DiskFullException;
import io.berth.error.EngineException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.NativeException;
import io.berth.instance.Failpoint;
import io.berth.instance.Instance;
import io.berth.instance.RandomId;
import io.berth.operation.Operation;
import io.berth.operation.OperationKind;
import io.berth.operation.Operations;
import io.berth.operation.Progress;
import io.berth.storage.Snapshotter;
import io.berth.volume.Volume;
import io.berth.volume.VolumeDraft;
import io.berth.volume.Volumes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Makes volumes of folders that live in a container's writable layer alone, and mounts them where the folders were. Safe for use by many
 * threads.
 *
 * <p>The container is stopped meanwhile if it runs: nobody writes, so what is copied is what it saw last, and its layer may be changed. What is
 * copied is the merged tree, not the layer, since the image's files in the folder are the container's, too. All takes effect in one change of
 * the container, after the data, the volumes' rows and the mark beside the container are on the disk. Only when that change is on the disk, too,
 * what is hidden now is removed from the layer: so at every moment at least one whole copy is durable, and two for the shortest time.
 */
@Component
public class ContainerRescue {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerRescue.class);
    /** How Docker marks a volume that a bind names without options. */
    private static final String USUAL_MODE = "z";

    /** A folder that is to become a volume. @param path absolute, in the container; links are followed */
    public record Asked(String path, String volume) {}

    private final Containers containers;
    private final ContainerLifecycle lifecycle;
    private final ContainerEnd end;
    private final ContainerLocks locks;
    private final LiveContainers live;
    private final Snapshotter snapshotter;
    private final Volumes volumes;
    private final Operations operations;
    private final Instance instance;
    private final LongWork work;
    private final Clock clock;

    ContainerRescue(Containers containers, ContainerLifecycle lifecycle, ContainerEnd end, ContainerLocks locks, LiveContainers live,
            Snapshotter snapshotter, Volumes volumes, Operations operations, Instance instance, LongWork work, Clock clock) {
        this.containers = containers;
        this.lifecycle = lifecycle;
        this.end = end;
        this.locks = locks;
        this.live = live;
        this.snapshotter = snapshotter;
        this.volumes = volumes;
        this.operations = operations;
        this.instance = instance;
        this.work = work;
        this.clock = clock;
    }

    /**
     * Begins to make volumes of folders. A container that runs is stopped for it and started again after.
     *
     * @param by the account that wants it
     * @throws NotFoundException there is no such folder
     * @throws ConflictException a volume has the name, or the container is being rescued or made anew
     * @throws InvalidArgumentException a path that cannot be a volume of its own, or a name that no volume can have
     * @throws DiskFullException a copy has no room
     */
    public Operation begin(ContainerId id, List<Asked> asked, String by) {
        var container = containers.require(id);
        if (container.isDead()) {
            throw new ConflictException("container " + container.name() + " is dead: it has no files");
        }
        work.begin(container, LongWork.Kind.RESCUE);
        boolean begun = false;
        try (var seen = snapshotter.seen(id.value())) {
            var plan = RescuePlan.of(container, asked, seen.root(), volumes);
            var subject = plan.folders().stream().map(folder -> folder.path() + " of " + container.name() + " as " + folder.volume())
                    .collect(Collectors.joining(", "));
            var operation = operations.start(OperationKind.RESCUE, subject, by, progress -> run(id, plan, progress));
            begun = true;
            return operation;
        } finally {
            if (!begun) {
                work.end(id);
            }
        }
    }

    private RescuePlan run(ContainerId id, RescuePlan plan, Progress progress) {
        var folder = ContainerFolder.of(instance, id);
        var emptied = new AtomicBoolean();
        try {
            progress.expect(plan.bytes());
            var mark = new RescueMark(RandomId.next(), containers.require(id).isRunning(), plan.folders());
            mark.write(folder);
            Failpoint.RESCUE_MARKED.reached();
            try {
                if (mark.wasRunning()) {
                    whileStopped(id, () -> move(id, mark, progress, emptied));
                } else {
                    move(id, mark, progress, emptied);
                }
            } finally {
                settle(id, folder, mark, emptied.get());
            }
            Failpoint.RESCUE_DONE.reached();
            return plan;
        } finally {
            work.end(id);
        }
    }

    /** All is done that can be: what is left to do is the removal of what is hidden, when the engine starts the next time. */
    private void settle(ContainerId id, ContainerFolder folder, RescueMark mark, boolean emptied) {
        if (live.isClosing()) {
            // The engine ends: its next start finishes or undoes it, and starts again what was stopped.
            return;
        }
        if (!emptied && containers.find(id).filter(mark::isCommitted).isPresent()) {
            mark.settled().write(folder);
        } else {
            RescueMark.forget(folder);
        }
    }

    /** It runs again afterwards, whether {@code work} succeeds or not. */
    private void whileStopped(ContainerId id, Runnable moving) {
        end.keepAfterRun(id);
        try {
            try {
                lifecycle.stop(id, null, null);
                moving.run();
            } catch (RuntimeException failed) {
                startAgain(id, failed);
                throw failed;
            }
            lifecycle.start(id);
        } finally {
            end.forgetKept(id);
        }
    }

    private void startAgain(ContainerId id, RuntimeException cause) {
        try {
            lifecycle.start(id);
        } catch (RuntimeException another) {
            cause.addSuppressed(another);
            LOG.warn("container {} could not be started again after a rescue that failed", id.shortId(), another);
        }
    }

    private void move(ContainerId id, RescueMark mark, Progress progress, AtomicBoolean emptied) {
        try (var _ = locks.acquire(id)) {
            if (containers.require(id).isRunning()) {
                throw new ConflictException("container " + containers.require(id).name() + " was started while its files were to be rescued");
            }
            Failpoint.RESCUE_STOPPED.reached();
            copyAndCommit(id, mark, progress);
            Failpoint.RESCUE_COMMITTED.reached();
            empty(id, mark);
            emptied.set(true);
            Failpoint.RESCUE_CLEARED.reached();
        }
    }

    private void copyAndCommit(ContainerId id, RescueMark mark, Progress progress) {
        var drafts = new ArrayList<VolumeDraft>();
        try (var seen = snapshotter.seen(id.value())) {
            for (var folder : mark.folders()) {
                var draft = volumes.draft(folder.volume());
                drafts.add(draft);
                try (var from = seen.root().openDir(folder.relative())) {
                    draft.fill(from, bytes -> {
                        progress.read(bytes);
                        progress.cancel().throwIfCancelled();
                    });
                } catch (NativeException changed) {
                    throw new ConflictException(folder.path() + " has changed while the container was being stopped: " + changed.getMessage(), changed);
                }
            }
            Failpoint.RESCUE_COPIED.reached();
            progress.cancel().throwIfCancelled();
            commit(id, mark, drafts);
        } finally {
            drafts.forEach(VolumeDraft::close);
        }
    }

    /** The volumes are used meanwhile, so that nobody takes them for left over. */
    private void commit(ContainerId id, RescueMark mark, List<VolumeDraft> drafts) {
        var user = "rescue of " + id;
        var made = new ArrayList<Volume>();
        try {
            for (var draft : drafts) {
                var volume = draft.keep(Map.of(RescueMark.LABEL, mark.key()));
                made.add(volume);
                volumes.use(volume.name(), user);
            }
            Failpoint.RESCUE_VOLUMES_MADE.reached();
            containers.changeDurably(id, before -> mounted(before, mark, made), mark.folders().stream()
                    .map(folder -> new Happening(clock.instant(), "rescue", Map.of("path", folder.path(), "volume", folder.volume()))).toList());
        } catch (RuntimeException failed) {
            volumes.release(user);
            remove(made, failed);
            throw failed;
        } finally {
            volumes.release(user);
        }
    }

    private void remove(List<Volume> made, RuntimeException cause) {
        for (var volume : made) {
            try {
                volumes.remove(volume.name());
            } catch (EngineException another) {
                cause.addSuppressed(another);
            }
        }
    }

    /** As if it had been created with the volumes. */
    static Container mounted(Container before, RescueMark mark, List<Volume> made) {
        var mounts = new ArrayList<>(before.mounts());
        var host = before.hostConfig();
        for (int i = 0; i < made.size(); i++) {
            var path = mark.folders().get(i).path();
            var volume = made.get(i);
            mounts.add(MountPoint.volume(volume.name(), path, USUAL_MODE, true, MountPoint.Part.ALL).of(volume.name(), volume.mountpoint().toString()));
            host = host.mounting(volume.name(), path);
        }
        mounts.sort(ContainerMounts.OUTER_FIRST);
        return before.mounted(mounts, host);
    }

    private void empty(ContainerId id, RescueMark mark) {
        try {
            mark.folders().forEach(folder -> snapshotter.empty(id.value(), folder.relative()));
        } catch (EngineException failed) {
            throw new InternalException("all is in the volumes, but what they hide could not be removed from the container's layer: "
                    + failed.getMessage() + "; that is tried again when the engine starts", failed);
        }
    }

    /**
     * Finishes or undoes what the run of the engine before this one had begun.
     *
     * @param running full ids of the containers that run
     * @return containers that were stopped for it and do not run: they are to be started again
     */
    Set<ContainerId> recover(Set<String> running) {
        var interrupted = new HashSet<ContainerId>();
        for (var container : containers.list()) {
            try {
                var folder = ContainerFolder.of(instance, container.id());
                var mark = RescueMark.read(folder);
                if (mark.isPresent()) {
                    recover(container, folder, mark.get(), running.contains(container.id().value()));
                    if (mark.get().wasRunning() && !running.contains(container.id().value())) {
                        interrupted.add(container.id());
                    }
                }
            } catch (RuntimeException failure) {
                LOG.error("what was rescued of container {} could not be settled", container.id().shortId(), failure);
            }
        }
        return interrupted;
    }

    private void recover(Container container, ContainerFolder folder, RescueMark mark, boolean runs) {
        boolean committed = mark.isCommitted(container);
        if (committed && runs) {
            // Its layer is mounted: the next start finds the mark again.
            mark.settled().write(folder);
            return;
        }
        if (committed) {
            empty(container.id(), mark);
        } else {
            mark.folders().stream().flatMap(one -> volumes.find(one.volume()).stream())
                    .filter(volume -> mark.key().equals(volume.labels().get(RescueMark.LABEL))).forEach(volume -> volumes.remove(volume.name()));
            // It may say already what the row does not.
            folder.describe(container);
        }
        RescueMark.forget(folder);
        LOG.info("container {}: a rescue that was cut off is {}", container.id().shortId(), committed ? "finished" : "undone");
    }
}
