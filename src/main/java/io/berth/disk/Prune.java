package io.berth.disk;

import io.berth.container.Container;
import io.berth.container.ContainerLifecycle;
import io.berth.container.ContainerNetworks;
import io.berth.container.Containers;
import io.berth.error.ConflictException;
import io.berth.error.NotFoundException;
import io.berth.event.EventJournal;
import io.berth.event.EventType;
import io.berth.image.Image;
import io.berth.image.ImageDisk;
import io.berth.image.Images;
import io.berth.image.Removal;
import io.berth.network.Network;
import io.berth.storage.Snapshotter;
import io.berth.volume.Volume;
import io.berth.volume.VolumeUsers;
import io.berth.volume.Volumes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/**
 * Removes what nobody uses. What comes into use, or is removed by somebody else, while it is done stays or is gone, and is not counted.
 * Safe for use by many threads.
 */
@Component
public class Prune {

    /**
     * What was done.
     *
     * @param removed in the order in which it went
     * @param reclaimedBytes of the disk
     */
    public record Pruned<T>(List<T> removed, long reclaimedBytes) {}

    private final Containers containers;
    private final ContainerLifecycle lifecycle;
    private final Images images;
    private final ImageDisk imageDisk;
    private final Volumes volumes;
    private final VolumeUsers volumeUsers;
    private final ContainerNetworks networks;
    private final Snapshotter snapshotter;
    private final EventJournal journal;

    Prune(Containers containers, ContainerLifecycle lifecycle, Images images, ImageDisk imageDisk, Volumes volumes, VolumeUsers volumeUsers,
            ContainerNetworks networks, Snapshotter snapshotter, EventJournal journal) {
        this.containers = containers;
        this.lifecycle = lifecycle;
        this.images = images;
        this.imageDisk = imageDisk;
        this.volumes = volumes;
        this.volumeUsers = volumeUsers;
        this.networks = networks;
        this.snapshotter = snapshotter;
        this.journal = journal;
    }

    /** Removes containers that do not run; their volumes stay. Gives their ids. */
    public Pruned<String> containers(Predicate<Container> wanted) {
        var removed = new ArrayList<String>();
        long reclaimed = 0;
        for (Container container : containers.list()) {
            if (container.isRunning() || !wanted.test(container)) {
                continue;
            }
            try {
                long bytes = snapshotter.active(container.id().value()).isEmpty() ? 0 : snapshotter.usage(container.id().value()).bytes();
                lifecycle.remove(container.id(), false, false);
                removed.add(container.id().value());
                reclaimed += bytes;
            } catch (ConflictException | NotFoundException notOurs) {
                // It was started, or is being removed by another.
                continue;
            }
        }
        return told(EventType.CONTAINER, removed, reclaimed);
    }

    /** Removes volumes that no container mounts; those with options stay, as with Docker. Gives their names. */
    public Pruned<String> volumes(Predicate<Volume> wanted) {
        var removed = new ArrayList<String>();
        long reclaimed = 0;
        for (Volume volume : volumes.list()) {
            if (!volume.options().isEmpty() || !wanted.test(volume) || !volumeUsers.usersOf(volume.name()).isEmpty()) {
                continue;
            }
            try {
                long bytes = volumes.usageBytes(volume.name());
                volumes.remove(volume.name());
                removed.add(volume.name());
                reclaimed += bytes;
            } catch (ConflictException | NotFoundException notOurs) {
                // A container was made with it meanwhile, or somebody else removed it.
                continue;
            }
        }
        return told(EventType.VOLUME, removed, reclaimed);
    }

    /** Removes networks of users that no container, running or not, is connected to. Gives their names. */
    public Pruned<String> networks(Predicate<Network> wanted) {
        return told(EventType.NETWORK, networks.prune(wanted), 0);
    }

    /** Removes images of which no container was made, with all their names. */
    public Pruned<Removal> images(Predicate<Image> wanted) {
        var removed = new ArrayList<Removal>();
        long before = imageDisk.totalBytes();
        for (Image image : images.list()) {
            if (!containers.ofImage(image.id()).isEmpty() || !wanted.test(image)) {
                continue;
            }
            try {
                removed.addAll(images.remove(image.id().toString(), true, true));
            } catch (ConflictException | NotFoundException notOurs) {
                // A container was made of it meanwhile, or somebody else removed it.
                continue;
            }
        }
        // Layers that other images share stay: what the disk has less is what was reclaimed.
        return told(EventType.IMAGE, removed, removed.isEmpty() ? 0 : Math.max(0, before - imageDisk.totalBytes()));
    }

    private <T> Pruned<T> told(EventType type, List<T> removed, long reclaimed) {
        journal.append(type, "prune", "", Map.of("reclaimed", Long.toString(reclaimed)));
        return new Pruned<>(List.copyOf(removed), reclaimed);
    }
}
