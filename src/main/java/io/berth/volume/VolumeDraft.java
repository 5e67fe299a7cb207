package io.berth.volume;

import io.berth.archive.TreeCopy;
import io.berth.error.ConflictException;
import io.berth.error.DiskFullException;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.files.FileRefusal;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * A volume in the making: its data are made whole on the disk of all volumes before anybody can see it. One that is closed before it was
 * {@linkplain #keep kept} leaves nothing, and neither does a crash. For one thread.
 */
public final class VolumeDraft implements AutoCloseable {

    private final Volumes volumes;
    private final String name;
    private final DataStage stage;

    /** Takes the stage over. */
    VolumeDraft(Volumes volumes, String name, DataStage stage) {
        this.volumes = volumes;
        this.name = name;
        this.stage = stage;
    }

    /**
     * Copies what is in a folder, and the folder's own owner, permissions, attributes and times, with links, holes and special files.
     *
     * @param from stays the caller's
     * @param copied is told of each few bytes that were copied, and may end the copy by throwing
     * @throws DiskFullException the disk is full
     */
    public void fill(RootDir from, LongConsumer copied) {
        try {
            TreeCopy.contents(from, stage.root(), copied);
        } catch (NativeException failure) {
            throw FileRefusal.of("copy to volume " + name, failure);
        }
    }

    /**
     * Makes it a volume. It survives a power cut when this returns; before, there is none.
     *
     * @throws ConflictException a volume with this name was made meanwhile
     */
    public Volume keep(Map<String, String> labels) {
        try {
            return volumes.createOf(name, labels, stage);
        } catch (NativeException failure) {
            throw FileRefusal.of("create volume " + name, failure);
        }
    }

    @Override
    public void close() {
        stage.close();
    }
}
