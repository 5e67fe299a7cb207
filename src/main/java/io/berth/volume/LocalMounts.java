package io.berth.volume;

import io.berth.error.InternalException;
import io.berth.ffi.HostMounts;
import io.berth.ffi.NativeException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is mounted in the place of volumes with driver options: by the first user, until the last one is done. The kernel says what is
 * mounted: it may be so from before the service was started. Its owner lets one thread in at a time.
 */
final class LocalMounts {

    private final Map<String, Set<String>> users = new HashMap<>();

    /** @throws InternalException {@code error while mounting volume 'PATH': ...} */
    void use(Volume volume, String user) {
        if (!LocalOptions.areMount(volume.options())) {
            return;
        }
        if (!HostMounts.isMounted(volume.mountpoint())) {
            mount(volume);
        }
        users.computeIfAbsent(volume.name(), name -> new HashSet<>()).add(user);
    }

    /** A user from before the service was started. */
    void adopt(Volume volume, String user) {
        if (LocalOptions.areMount(volume.options())) {
            users.computeIfAbsent(volume.name(), name -> new HashSet<>()).add(user);
        }
    }

    /** @param volumes of all, those that the user may have used */
    void release(List<Volume> volumes, String user) {
        for (var volume : volumes) {
            var left = users.get(volume.name());
            if (left != null && left.remove(user) && left.isEmpty()) {
                users.remove(volume.name());
                unmount(volume);
            }
        }
    }

    /** Of those that nobody uses nothing is mounted after this. */
    void releaseUnused(List<Volume> volumes) {
        volumes.stream().filter(volume -> LocalOptions.areMount(volume.options()) && !users.containsKey(volume.name())).forEach(LocalMounts::unmount);
    }

    /** What is mounted must never be taken for the volume's own data when that is removed. */
    void requireUnmounted(Volume volume) {
        users.remove(volume.name());
        unmount(volume);
    }

    private static void mount(Volume volume) {
        var options = LocalOptions.of(volume.options());
        try {
            HostMounts.mount(options.device(), volume.mountpoint(), options.type(), options.flags(), options.data());
            long further = options.flags() & ~(LocalOptions.BIND | LocalOptions.RECURSIVE);
            if (options.isBind() && further != 0) {
                // A bind takes its attributes from its source; they are changed afterwards: mount(2).
                HostMounts.mount(options.device(), volume.mountpoint(), options.type(), LocalOptions.BIND | LocalOptions.REMOUNT | further, "");
            }
        } catch (NativeException failure) {
            unmount(volume);
            throw new InternalException("error while mounting volume '" + volume.mountpoint() + "': failed to mount local volume: "
                    + failure.getMessage(), failure);
        }
    }

    private static void unmount(Volume volume) {
        while (HostMounts.isMounted(volume.mountpoint())) {
            try {
                HostMounts.unmount(volume.mountpoint());
            } catch (NativeException failure) {
                throw new InternalException("unmount volume " + volume.name() + ": " + failure.getMessage(), failure);
            }
        }
    }
}
