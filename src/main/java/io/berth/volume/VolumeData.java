package io.berth.volume;

import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.files.FileRefusal;
import java.util.concurrent.atomic.AtomicLong;

/** The data of a volume, in their place until this is closed. Nobody may leave the root: containers may change all below it at any time. */
final class VolumeData implements AutoCloseable {

    private static final AtomicLong COUNT = new AtomicLong();

    private final Volumes volumes;
    private final String user;
    private final Volume volume;
    private final RootDir root;

    private VolumeData(Volumes volumes, String user, Volume volume, RootDir root) {
        this.volumes = volumes;
        this.user = user;
        this.volume = volume;
        this.root = root;
    }

    /** @throws io.berth.error.NotFoundException there is no such volume */
    static VolumeData open(Volumes volumes, String name, String what) {
        var user = user(what);
        volumes.use(name, user);
        return open(volumes, volumes.require(name), user);
    }

    /** As {@link #open}, while nobody else has it. @throws io.berth.error.ConflictException somebody has it */
    static VolumeData openAlone(Volumes volumes, String name, String what) {
        var user = user(what);
        volumes.useAlone(name, user);
        return open(volumes, volumes.require(name), user);
    }

    private static VolumeData open(Volumes volumes, Volume volume, String user) {
        boolean done = false;
        try {
            var data = new VolumeData(volumes, user, volume, RootDir.open(volume.mountpoint()));
            done = true;
            return data;
        } catch (NativeException failure) {
            throw FileRefusal.of(what(volume.name(), "/"), failure);
        } finally {
            if (!done) {
                volumes.release(user);
            }
        }
    }

    private static String user(String what) {
        return what + " " + COUNT.incrementAndGet();
    }

    static String what(String volume, String path) {
        return "volume " + volume + ": " + path;
    }

    Volume volume() {
        return volume;
    }

    RootDir root() {
        return root;
    }

    @Override
    public void close() {
        try {
            root.close();
        } finally {
            volumes.release(user);
        }
    }
}
