package io.berth.container;

import io.berth.error.EngineException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.HostMounts;
import io.berth.ffi.NativeException;
import io.berth.image.Images;
import io.berth.instance.FileFailure;
import io.berth.instance.IdMap;
import io.berth.instance.Instance;
import io.berth.oci.Digest;
import io.berth.storage.Snapshotter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Images that containers mount. Each mount has a writable layer of its own, which nobody writes: it keeps the layers of the image, also when
 * the image is removed, until the container goes. They are mounted by the engine, below the container's folder, from a start to the end of
 * the last run, and bound from there; after a crash the kernel's table says what is mounted.
 */
@Component
class ImageMounts {

    private static final String PREFIX = "image-";
    private static final String NO_IMAGE = "No such image: ";
    private static final int ID = 64;
    private static final int HASH = 16;

    private final Images images;
    private final Snapshotter snapshotter;
    private final Instance instance;

    ImageMounts(Images images, Snapshotter snapshotter, Instance instance) {
        this.images = images;
        this.snapshotter = snapshotter;
        this.instance = instance;
    }

    /**
     * Makes what a container needs to mount an image.
     *
     * @param asked names the image; one that comes from another container has its id, too
     * @throws InvalidArgumentException there is no such image: not as what is missing, clients would take it for the container's own
     */
    MountPoint make(ContainerId id, MountPoint asked) {
        var name = String.valueOf(asked.name());
        var found = asked.options().isEmpty() ? images.find(name) : images.find(Digest.parse(asked.options()));
        var image = found.orElseThrow(() -> new InvalidArgumentException(NO_IMAGE + ContainerCreation.withTag(name)));
        try {
            snapshotter.prepare(key(id, asked), image.chain(), 0);
        } catch (NotFoundException removed) {
            throw new InvalidArgumentException(NO_IMAGE + ContainerCreation.withTag(name), removed);
        }
        return asked.ofImage(image.id().toString(), place(id, asked).toString());
    }

    /** The container is gone. */
    void remove(ContainerId id, List<MountPoint> mounts) {
        boolean lost = false;
        for (var mount : mounts) {
            if (mount.type() == MountPoint.Type.IMAGE) {
                snapshotter.remove(key(id, mount));
                lost |= images.find(Digest.parse(mount.options())).isEmpty();
            }
        }
        if (lost) {
            images.collectGarbage();
        }
    }

    /** The id of the container to which a writable layer belongs, be it its own or an image's. */
    static String ownerOf(String key) {
        return key.length() > ID ? key.substring(0, ID) : key;
    }

    /**
     * Has an image in its place until it is released.
     *
     * @param ids of the container's user namespace; null: the host's
     * @return false if it was there already
     */
    boolean mount(ContainerId id, MountPoint mount, @Nullable IdMap ids) {
        var place = place(id, mount);
        if (HostMounts.isMounted(place)) {
            return false;
        }
        var key = key(id, mount);
        try (var tree = ids == null ? snapshotter.mounted(key) : snapshotter.mounted(key, ids)) {
            Files.createDirectories(place);
            HostMounts.attachReadOnly(tree, place);
            return true;
        } catch (IOException failure) {
            throw FileFailure.of("create " + place, failure);
        } catch (NativeException failure) {
            throw failed("mount image " + mount.name() + " at " + place, failure);
        }
    }

    /** Takes away one that {@link #mount} has put in its place. */
    void release(ContainerId id, MountPoint mount) {
        HostFolders.clear(place(id, mount));
    }

    /** Takes away all that a container had. */
    void release(ContainerId id) {
        release(List.of(ContainerFolder.of(instance, id).path()));
    }

    /** Takes away what is left of containers that do not run. @param running full ids of those that do */
    void releaseAllBut(Set<String> running) {
        try {
            release(ContainerFolder.names(instance).stream().filter(name -> !running.contains(name)).map(ContainerFolder.all(instance)::resolve).toList());
        } catch (IOException failure) {
            throw FileFailure.of("list the folders of containers", failure);
        }
    }

    private static void release(List<Path> folders) {
        for (var folder : folders) {
            if (Files.isDirectory(folder)) {
                try (var places = Files.newDirectoryStream(folder, PREFIX + "*")) {
                    places.forEach(HostFolders::clear);
                } catch (IOException failure) {
                    throw FileFailure.of("list " + folder, failure);
                }
            }
        }
    }

    private static EngineException failed(String tried, NativeException failure) {
        return new InternalException(tried + ": " + failure.getMessage(), failure);
    }

    private Path place(ContainerId id, MountPoint mount) {
        return ContainerFolder.of(instance, id).path().resolve(PREFIX + hash(mount));
    }

    private static String key(ContainerId id, MountPoint mount) {
        return id.value() + "-" + PREFIX + hash(mount);
    }

    /** In a container there is one mount at each destination. */
    private static String hash(MountPoint mount) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(mount.destination().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
