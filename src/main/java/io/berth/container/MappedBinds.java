package io.berth.container;

import io.berth.container.UserFiles.Identity;
import io.berth.error.InternalException;
import io.berth.ffi.Fd;
import io.berth.ffi.NativeException;
import io.berth.ffi.UserNamespace;
import io.berth.instance.IdMap;
import io.berth.instance.MountIds;
import io.berth.instance.MountIds.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binds with the option {@code idmap}, for one start: the container's user owns what the source's owner has on the disk, and what it makes
 * there belongs to that owner; nothing on the disk changes hands. Closing it closes the descriptors, of which a shim has its own.
 */
final class MappedBinds implements AutoCloseable {

    private final Map<String, Fd> byDestination = new HashMap<>();

    private MappedBinds() {}

    /**
     * Those of a container that starts; the sources are in their place.
     *
     * @param user who its process is
     * @param ids of its user namespace; null: the host's
     */
    static MappedBinds of(Container container, Identity user, @Nullable IdMap ids) {
        var binds = new MappedBinds();
        boolean done = false;
        try {
            container.mounts().stream().filter(MountPoint::isMapped).forEach(mount -> binds.add(mount, user, ids));
            done = true;
            return binds;
        } finally {
            if (!done) {
                binds.close();
            }
        }
    }

    private void add(MountPoint mount, Identity user, @Nullable IdMap ids) {
        var onDisk = owner(Path.of(mount.source()));
        var inside = new Owner(Integer.toUnsignedLong(user.uid()), Integer.toUnsignedLong(user.gid()));
        if (ids == null && onDisk.equals(inside)) {
            // Nothing to be changed: so it works where the file system could not.
            return;
        }
        try {
            byDestination.put(mount.destination(), UserNamespace.of(MountIds.exchanging(ids, onDisk, inside)));
        } catch (NativeException refused) {
            throw new InternalException("map the ids of " + mount.source() + ": " + refused.getMessage(), refused);
        }
    }

    private static Owner owner(Path source) {
        try {
            return new Owner(Integer.toUnsignedLong((int) Files.getAttribute(source, "unix:uid")),
                    Integer.toUnsignedLong((int) Files.getAttribute(source, "unix:gid")));
        } catch (IOException failure) {
            throw new InternalException("find the owner of " + source + ": " + failure, failure);
        }
    }

    /** The user namespace with whose ids it is seen; null when it has none of its own. */
    @Nullable Fd of(MountPoint mount) {
        return byDestination.get(mount.destination());
    }

    @Override
    public void close() {
        byDestination.values().forEach(Fd::close);
    }
}
