package io.berth.container;

import io.berth.archive.TreeUsage;
import io.berth.container.ContainerRescue.Asked;
import io.berth.error.ConflictException;
import io.berth.error.DiskFullException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.Errno;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.volume.Volumes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Which folders of a container become which volumes: what was asked, found in the files and judged. Nothing is touched.
 *
 * @param folders in the order in which they were asked for
 * @param bytes that they take on disk
 */
record RescuePlan(List<RescueMark.Folder> folders, long bytes) {

    /** What every start mounts in a container, and the folder into which it binds files one by one. */
    private static final List<List<String>> OF_ENGINE = List.of(List.of("proc"), List.of("sys"), List.of("dev"));
    private static final List<String> ETC = List.of("etc");

    RescuePlan {
        folders = List.copyOf(folders);
    }

    /**
     * @param root what the container sees without what is mounted in it
     * @throws InvalidArgumentException what cannot be a volume
     * @throws NotFoundException there is no such folder
     * @throws ConflictException a volume has the name
     * @throws DiskFullException a copy has no room
     */
    static RescuePlan of(Container container, List<Asked> asked, RootDir root, Volumes volumes) {
        if (asked.isEmpty()) {
            throw new InvalidArgumentException("path is missing: name the folder that is to become a volume");
        }
        var real = new ArrayList<List<String>>();
        var folders = new ArrayList<RescueMark.Folder>();
        var names = new HashSet<String>();
        long bytes = 0;
        for (var one : asked) {
            var parts = find(container, one.path(), root);
            real.stream().filter(other -> PathInside.isWithin(parts, other) || PathInside.isWithin(other, parts)).findFirst().ifPresent(other -> {
                throw new InvalidArgumentException("path: " + text(parts) + " and " + text(other) + " hold the same files: rescue the outer one alone");
            });
            real.add(parts);
            requireVolume(one.volume(), volumes);
            if (!names.add(one.volume())) {
                throw new InvalidArgumentException("volume: " + one.volume() + " is named twice");
            }
            folders.add(new RescueMark.Folder(text(parts), one.volume()));
            bytes += measure(root, parts, one.path());
        }
        requireRoom(container, folders, bytes, volumes);
        return new RescuePlan(folders, bytes);
    }

    private static void requireVolume(String name, Volumes volumes) {
        if (name.isEmpty()) {
            throw new InvalidArgumentException("volume is missing: name the volume that is to be made");
        }
        try {
            volumes.requireFree(name);
        } catch (InvalidArgumentException | ConflictException refused) {
            throw refused.during("volume");
        }
    }

    /** Where the path leads in the end. */
    private static List<String> find(Container container, String path, RootDir root) {
        if (!path.startsWith("/")) {
            throw new InvalidArgumentException("path: " + (path.isEmpty() ? "is missing" : "is to be absolute: say /" + path));
        }
        var parts = PathInside.follow(root, PathInside.of(path).parts());
        if (parts.isEmpty()) {
            throw new InvalidArgumentException("path: the root of a container cannot be a volume: name a folder in it");
        }
        if (text(parts).codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE)) {
            throw new InvalidArgumentException("path: its name is no UTF-8: nothing can be mounted there");
        }
        if (OF_ENGINE.stream().anyMatch(own -> PathInside.isWithin(parts, own)) || parts.equals(ETC)) {
            throw new InvalidArgumentException("path: " + text(parts) + " holds what the engine itself puts into each container");
        }
        for (var mount : container.mounts()) {
            var destination = PathInside.follow(root, PathInside.of(mount.destination()).parts());
            if (PathInside.isWithin(parts, destination)) {
                var what = mount.name() == null ? mount.type().word() : mount.type().word() + " " + mount.name();
                throw new InvalidArgumentException("path: " + text(parts) + " is in what is mounted at " + mount.destination() + " (" + what
                        + "): it is not in the container's own layer");
            }
        }
        return parts;
    }

    private static long measure(RootDir root, List<String> parts, String asked) {
        try (var folder = root.openDir(String.join("/", parts))) {
            return TreeUsage.of(folder).bytes();
        } catch (NativeException refused) {
            switch (refused.errno()) {
                case Errno.ENOENT -> throw new NotFoundException("path: there is no " + asked + " in the container", refused);
                case Errno.ENOTDIR -> throw new InvalidArgumentException("path: " + asked + " is no folder: only a folder can become a volume", refused);
                default -> throw new InvalidArgumentException("path: " + asked + ": " + Errno.text(refused.errno()), refused);
            }
        }
    }

    /** Refused before the container is stopped for it; a disk that fills up meanwhile is found out by the copy. */
    private static void requireRoom(Container container, List<RescueMark.Folder> folders, long bytes, Volumes volumes) {
        long free = volumes.freeBytes();
        if (bytes > free) {
            throw new DiskFullException("rescue " + folders.getFirst().path() + " of " + container.name() + ": a copy takes " + bytes + " bytes, and "
                    + free + " are free: no space left on device");
        }
    }

    private static String text(List<String> parts) {
        return "/" + String.join("/", parts);
    }
}
