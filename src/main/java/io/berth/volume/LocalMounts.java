package io.berth.volume;

import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.ffi.HostMounts;
import io.berth.ffi.NativeException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Who uses volumes, and what is mounted in the place of those with driver options: by the first user, until the last one is done. The
 * kernel says what is mounted: it may be so from before the service was started. Safe for use by many threads: who names a volume holds its lock, and a file
 * system of a network that does not answer keeps others from few volumes only.
 */
final class LocalMounts {

    private static final int LOCKS = 64;

    private final Map<String, Set<String>> users = new ConcurrentHashMap<>();
    /** Users that suffer no other one, by volume. */
    private final Map<String, String> alone = new ConcurrentHashMap<>();
    private final List<ReentrantLock> locks = Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    /** Gives the lock back. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    Held held(String volume) {
        var lock = locks.get(Math.floorMod(volume.hashCode(), LOCKS));
        lock.lock();
        return lock::unlock;
    }

    /**
     * @throws ConflictException somebody uses it who suffers no other one
     * @throws InternalException {@code error while mounting volume 'PATH': ...}
     */
    void use(Volume volume, String user) {
        if (alone.containsKey(volume.name())) {
            throw new ConflictException("volume " + volume.name() + " is in use - [" + alone.get(volume.name()) + "]");
        }
        if (LocalOptions.areMount(volume.options()) && !HostMounts.isMounted(volume.mountpoint())) {
            mount(volume);
        }
        adopt(volume, user);
    }

    /** As {@link #use}, by a user that suffers no other one. @throws ConflictException somebody uses it */
    void useAlone(Volume volume, String user) {
        if (isUsed(volume.name())) {
            throw new ConflictException("volume " + volume.name() + " is in use - [" + String.join(", ", usersOf(volume.name())) + "]");
        }
        use(volume, user);
        alone.put(volume.name(), user);
    }

    /** A user from before the service was started. */
    void adopt(Volume volume, String user) {
        users.computeIfAbsent(volume.name(), name -> ConcurrentHashMap.newKeySet()).add(user);
    }

    /** Ids of containers, and names of other users. */
    List<String> usersOf(String volume) {
        return users.getOrDefault(volume, Set.of()).stream().sorted().toList();
    }

    /** The names of the volumes that this user uses. */
    List<String> usedBy(String user) {
        return users.entrySet().stream().filter(entry -> entry.getValue().contains(user)).map(Map.Entry::getKey).toList();
    }

    boolean isUsed(String volume) {
        return users.containsKey(volume);
    }

    void release(Volume volume, String user) {
        alone.remove(volume.name(), user);
        var left = users.get(volume.name());
        if (left != null && left.remove(user) && left.isEmpty()) {
            users.remove(volume.name());
            releaseUnused(volume);
        }
    }

    /** When nobody uses it nothing is mounted after this. */
    void releaseUnused(Volume volume) {
        if (LocalOptions.areMount(volume.options()) && !users.containsKey(volume.name())) {
            unmount(volume);
        }
    }

    /** What is mounted must never be taken for the volume's own data when that is removed. */
    void requireUnmounted(Volume volume) {
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
