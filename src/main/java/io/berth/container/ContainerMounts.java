package io.berth.container;

import io.berth.archive.TreeCopy;
import io.berth.container.MountRequests.MountRequest;
import io.berth.container.MountRequests.VolumeAsked;
import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.Errno;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.image.Image;
import io.berth.instance.IdMap;
import io.berth.instance.RandomId;
import io.berth.storage.Snapshotter;
import io.berth.volume.Volume;
import io.berth.volume.Volumes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes what a container mounts: volumes, filled with what the image has in their place, and folders to bind. */
@Component
class ContainerMounts {

    /** The order of mounting: what is above comes before what is below. */
    static final Comparator<MountPoint> OUTER_FIRST = Comparator.comparingLong(mount -> mount.destination().chars().filter(c -> c == '/').count());

    private final Volumes volumes;
    private final Snapshotter snapshotter;
    private final ImageMounts images;

    ContainerMounts(Volumes volumes, Snapshotter snapshotter, ImageMounts images) {
        this.volumes = volumes;
        this.snapshotter = snapshotter;
        this.images = images;
    }

    /**
     * For whom mounts are made.
     *
     * @param image the container's own
     * @param ids of the user namespace that the container will have; null: the host's
     */
    record User(ContainerId id, Image image, @Nullable IdMap ids) {}

    /**
     * Makes all, or nothing: volumes that were made for it are removed again when one cannot be made.
     *
     * @param inherited from other containers; what is asked for at the same place takes its place
     * @return in the order in which they are to be mounted: what is above comes before what is below
     */
    List<MountPoint> make(List<MountRequest> requests, List<MountPoint> inherited, User user) {
        var asked = requests.stream().map(MountRequest::destination).collect(Collectors.toSet());
        var made = new ArrayList<MountPoint>();
        var fresh = new ArrayList<Volume>();
        try {
            inherited.stream().filter(mount -> !asked.contains(mount.destination()))
                    .forEach(mount -> made.add(mount.type() == MountPoint.Type.IMAGE ? images.make(user.id(), mount) : mount));
            for (var request : requests) {
                made.add(make(request, user, fresh));
            }
            made.sort(OUTER_FIRST);
            return made;
        } catch (RuntimeException failed) {
            discard(user.id(), made, fresh, failed);
            throw failed;
        }
    }

    /**
     * Gives names to the anonymous volumes that are to be made, so that they can be written down before there are any.
     *
     * @param kept volumes that are to be there in their place, by destination
     */
    static List<MountRequest> named(List<MountRequest> requests, Map<String, String> kept) {
        return requests.stream().map(request -> "".equals(request.point().volume())
                ? new MountRequest(request.point().of(kept.getOrDefault(request.destination(), RandomId.next()), ""), request.createSource(), request.volume())
                : request).toList();
    }

    /** The names of anonymous volumes among these. */
    static List<String> anonymous(Stream<MountPoint> mounts) {
        return mounts.filter(MountPoint::anonymous).map(MountPoint::volume).filter(Objects::nonNull).toList();
    }

    /** Removes the anonymous volumes of a container; one that another container mounts stays. */
    void removeAnonymous(List<String> names) {
        for (var name : names) {
            if (volumes.find(name).isPresent()) {
                try {
                    volumes.remove(name);
                } catch (ConflictException shared) {
                    // Another container uses it by its name: it goes with the last one.
                    continue;
                }
            }
        }
    }

    /** Removes what a container's mounts of images have kept. */
    void removeImages(ContainerId id, List<MountPoint> mounts) {
        images.remove(id, mounts);
    }

    private MountPoint make(MountRequest request, User user, List<Volume> fresh) {
        return switch (request.point().type()) {
            case TMPFS -> request.point();
            case BIND -> bind(request, user.ids());
            case VOLUME -> volume(request, user.image(), fresh);
            case IMAGE -> images.make(user.id(), request.point());
        };
    }

    private static MountPoint bind(MountRequest request, @Nullable IdMap ids) {
        var source = Path.of(request.point().source());
        if (!Files.exists(source)) {
            if (!request.createSource()) {
                throw new InvalidArgumentException("invalid mount config for type \"bind\": bind source path does not exist: " + source);
            }
            HostFolders.make(source, request.point().isMapped() ? null : ids);
        }
        return request.point();
    }

    private MountPoint volume(MountRequest request, Image image, List<Volume> fresh) {
        var name = Objects.requireNonNull(request.point().name());
        boolean isNew = volumes.find(name).isEmpty();
        var volume = create(name, request.volume(), request.point().anonymous());
        if (isNew) {
            fresh.add(volume);
        }
        if (request.volume().copyUp() && request.point().part().subpath().isEmpty()) {
            copyUp(volume, request.destination(), image);
        }
        return request.point().of(volume.name(), volume.mountpoint().toString());
    }

    /** A driver that is missing is a wrong request here: clients would take it for a missing image. */
    private Volume create(String name, VolumeAsked asked, boolean anonymous) {
        var labels = new HashMap<>(asked.labels());
        if (anonymous) {
            labels.put(Volume.ANONYMOUS, "");
        }
        try {
            return volumes.create(name, asked.driver(), asked.options(), labels);
        } catch (NotFoundException missing) {
            throw new InvalidArgumentException(missing.getMessage(), missing);
        }
    }

    private void copyUp(Volume volume, String destination, Image image) {
        var user = "copy to " + volume.name() + " in thread " + Thread.currentThread().threadId();
        try {
            volumes.use(volume.name(), user);
            fillWhenEmpty(volume, destination, image);
        } finally {
            volumes.release(user);
        }
    }

    /** An empty volume begins with what the image has in its place. */
    private void fillWhenEmpty(Volume volume, String destination, Image image) {
        try (var data = RootDir.open(volume.mountpoint())) {
            if (!data.list(".").isEmpty()) {
                return;
            }
            try (var view = snapshotter.view(image.chain()); var folder = view.root().openDirInRoot(destination)) {
                TreeCopy.contents(folder, data);
                data.syncFileSystem();
            } catch (NativeException failure) {
                // The image has no such folder, or a file there: then there is nothing to copy.
                if (failure.errno() != Errno.ENOENT && failure.errno() != Errno.ENOTDIR) {
                    throw new InternalException("failed to populate volume " + volume.name() + ": " + failure.getMessage(), failure);
                }
            }
        }
    }

    private void discard(ContainerId id, List<MountPoint> made, List<Volume> fresh, RuntimeException cause) {
        try {
            images.remove(id, made);
        } catch (RuntimeException another) {
            cause.addSuppressed(another);
        }
        for (var volume : fresh) {
            try {
                volumes.remove(volume.name());
            } catch (RuntimeException another) {
                cause.addSuppressed(another);
            }
        }
    }
}
