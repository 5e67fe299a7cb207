package io.berth.container;

import io.berth.error.ConflictException;
import io.berth.error.EngineException;
import io.berth.error.NotFoundException;
import io.berth.instance.Failpoint;
import io.berth.instance.Instance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Makes containers anew with other settings. The one that is replaced keeps its files and stands aside under another name until the next one
 * has started; when that cannot be made or started, all is as before. A crash in between is finished, or undone, at the next start of the
 * service. Safe for use by many threads.
 */
@Component
public class ContainerRecreation {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerRecreation.class);

    private final Containers containers;
    private final ContainerCreation creation;
    private final ContainerLifecycle lifecycle;
    private final ContainerStart starter;
    private final ContainerLocks locks;
    private final ContainerRemoval removal;
    private final ContainerEnd end;
    private final LongWork work;
    private final Instance instance;

    ContainerRecreation(Containers containers, ContainerCreation creation, ContainerLifecycle lifecycle, ContainerStart starter,
            ContainerLocks locks, ContainerRemoval removal, ContainerEnd end, LongWork work, Instance instance) {
        this.containers = containers;
        this.creation = creation;
        this.lifecycle = lifecycle;
        this.starter = starter;
        this.locks = locks;
        this.removal = removal;
        this.end = end;
        this.work = work;
        this.instance = instance;
    }

    /**
     * Makes a container in the place of another one, and starts it when that one ran. It has the other one's anonymous volumes where it wants
     * one at the same place; those that it does not want stay as volumes that nobody mounts. Its name is the other's when none is asked for.
     *
     * @throws ConflictException it is being made anew already, or its files are being rescued
     * @throws EngineException it was refused, or did not start; the other one is there as before, and runs again if it ran
     */
    public CreatedContainer recreate(ContainerId id, CreateRequest request) {
        var old = containers.require(id);
        if (old.isDead()) {
            throw new ConflictException("container " + id + " is dead and can only be removed");
        }
        work.begin(old, LongWork.Kind.RECREATION);
        try {
            // What it mounts may have changed until now.
            return replace(containers.require(id), request);
        } finally {
            end.forgetKept(id);
            work.end(id);
        }
    }

    private CreatedContainer replace(Container old, CreateRequest request) {
        var asked = request.name().startsWith("/") ? request.name().substring(1) : request.name();
        var name = asked.isEmpty() ? old.name() : asked;
        var replacement = new Replacement(ContainerId.random(), old.name(), name, old.isRunning());
        var folder = ContainerFolder.of(instance, old.id());
        folder.markReplaced(replacement);
        Failpoint.RECREATE_MARKED.reached();
        CreatedContainer made;
        try {
            var first = name.equals(old.name()) ? aside(name, replacement.next()) : name;
            made = creation.create(request.named(first), replacement.next(), anonymous(old));
        } catch (RuntimeException refused) {
            undo(old.id(), replacement, refused);
            throw refused;
        }
        Failpoint.RECREATE_MADE.reached();
        try {
            change(old, replacement);
        } catch (RuntimeException failed) {
            undo(old.id(), replacement, failed);
            throw failed instanceof EngineException known ? known.during("the new container could not take the place of " + old.name()
                    + (failed.getSuppressed().length == 0 ? ", which is as it was" : ", and not all could be undone")) : failed;
        }
        Failpoint.RECREATE_STARTED.reached();
        return new CreatedContainer(containers.find(made.container().id()).orElse(made.container()), removed(old, made.warnings()));
    }

    /** Both are there: the one goes aside, the other takes its name and starts. */
    private void change(Container old, Replacement replacement) {
        if (replacement.runs()) {
            end.keepAfterRun(old.id());
            lifecycle.stop(old.id(), null, null);
        }
        Failpoint.RECREATE_STOPPED.reached();
        if (replacement.after().equals(replacement.before())) {
            lifecycle.rename(old.id(), aside(old.name(), old.id()));
            lifecycle.rename(replacement.next(), replacement.after());
        }
        Failpoint.RECREATE_RENAMED.reached();
        if (replacement.runs()) {
            lifecycle.start(replacement.next());
        }
    }

    /** A name that tells whose it was. */
    private static String aside(String name, ContainerId id) {
        return name + "_" + id.shortId();
    }

    /** Its anonymous volumes, by the places where they are mounted. */
    private static Map<String, String> anonymous(Container container) {
        var volumes = new HashMap<String, String>();
        container.mounts().stream().filter(MountPoint::anonymous).filter(mount -> mount.volume() != null)
                .forEach(mount -> volumes.put(mount.destination(), String.valueOf(mount.volume())));
        return volumes;
    }

    /** The next one has its place: what is wrong with the old one is only told. */
    private List<String> removed(Container old, List<String> warnings) {
        try {
            removal.remove(old.id(), true, false);
            return warnings;
        } catch (NotFoundException gone) {
            return warnings;
        } catch (EngineException failure) {
            LOG.error("container {} was replaced and could not be removed", old.id().shortId(), failure);
            var all = new ArrayList<>(warnings);
            all.add("The container that was replaced is still there: " + failure.getMessage());
            return all;
        }
    }

    /** As before; what cannot be is added to the cause. */
    private void undo(ContainerId old, Replacement replacement, RuntimeException cause) {
        try {
            restore(old, replacement);
            ContainerFolder.of(instance, old).forgetReplaced();
            if (replacement.runs()) {
                startAgain(old);
            }
        } catch (RuntimeException another) {
            LOG.error("container {} could not be put back", old.shortId(), another);
            cause.addSuppressed(another);
        }
    }

    /** Not as others are started: one that is to go when it ends must not go when this fails. */
    private void startAgain(ContainerId id) {
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            if (!container.isRunning()) {
                starter.start(container);
            }
        }
    }

    /** The next one goes with its own anonymous volumes, and the old one has its name. */
    private void restore(ContainerId old, Replacement replacement) {
        if (containers.find(replacement.next()).isPresent()) {
            removal.remove(replacement.next(), true, true);
        }
        if (!containers.require(old).name().equals(replacement.before())) {
            lifecycle.rename(old, replacement.before());
        }
    }

    /**
     * Finishes or undoes what an earlier run of the service was at, when containers are taken up and before others are started.
     *
     * @return those that were put back: none of them goes because it has ended
     */
    Set<ContainerId> recover() {
        var back = new HashSet<ContainerId>();
        for (var container : containers.list()) {
            try {
                ContainerFolder.of(instance, container.id()).replaced().filter(replacement -> !isFinished(container.id(), replacement)).ifPresent(replacement -> {
                    back.add(container.id());
                    putBack(container.id(), replacement);
                });
            } catch (RuntimeException failure) {
                LOG.error("container {} was being made anew, and what was begun could neither be finished nor undone", container.id().shortId(), failure);
            }
        }
        return back;
    }

    /** Whether the next one has its place; then the old one goes. */
    private boolean isFinished(ContainerId old, Replacement replacement) {
        if (containers.find(replacement.next()).filter(next -> hasItsPlace(next, replacement)).isEmpty()) {
            return false;
        }
        removal.remove(old, true, false);
        LOG.info("container {} has taken the place of {}", replacement.next().shortId(), old.shortId());
        return true;
    }

    private void putBack(ContainerId old, Replacement replacement) {
        restore(old, replacement);
        LOG.info("container {} is as it was: the one that was to take its place had not started", old.shortId());
        if (replacement.runs()) {
            startAgain(old);
        }
        ContainerFolder.of(instance, old).forgetReplaced();
    }

    private static boolean hasItsPlace(Container next, Replacement replacement) {
        return next.name().equals(replacement.after()) && (!replacement.runs() || !(next.state() instanceof ContainerState.Created));
    }
}
