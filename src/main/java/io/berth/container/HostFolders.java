package io.berth.container;

import io.berth.error.InternalException;
import io.berth.ffi.HostMounts;
import io.berth.ffi.NativeException;
import io.berth.instance.FileFailure;
import io.berth.instance.IdMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Folders of the host that are made for what a container mounts. */
final class HostFolders {

    private HostFolders() {}

    /** Makes what is missing of a path; it belongs to the container's root. @param ids of its user namespace; null: the host's */
    static void make(Path path, @Nullable IdMap ids) {
        var missing = new ArrayDeque<Path>();
        for (var at = path; at != null && !Files.exists(at); at = at.getParent()) {
            missing.push(at);
        }
        try {
            Files.createDirectories(path);
            for (var made : missing) {
                if (ids != null) {
                    Files.setAttribute(made, "unix:uid", (int) ids.hostUser(0), LinkOption.NOFOLLOW_LINKS);
                    Files.setAttribute(made, "unix:gid", (int) ids.hostGroup(0), LinkOption.NOFOLLOW_LINKS);
                }
            }
        } catch (IOException failure) {
            throw new InternalException("error while creating mount source path '" + path + "': " + failure, failure);
        }
    }

    /** Unmounts all that is mounted at a place of the engine's own and removes the empty file or folder; what is not there is fine. */
    static void clear(Path place) {
        try {
            while (HostMounts.isMounted(place)) {
                HostMounts.unmount(place);
            }
            Files.deleteIfExists(place);
        } catch (IOException failure) {
            throw FileFailure.of("remove " + place, failure);
        } catch (NativeException failure) {
            throw new InternalException("unmount " + place + ": " + failure.getMessage(), failure);
        }
    }
}
