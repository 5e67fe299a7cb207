package io.berth.volume;

import io.berth.archive.TreeRemoval;
import io.berth.ffi.RootDir;
import io.berth.files.TreeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder beside all volumes in which data are made whole before they become a volume's; what is in it when it is closed is removed. What
 * a crash leaves goes at the next start. For one thread; owns its descriptors.
 */
final class DataStage implements TreeFiles.Stage {

    /** No volume can have this name. */
    static final String FOLDER = ".stage";

    private final Path volumes;
    private final String name;
    private final RootDir parent;
    private final RootDir root;

    private DataStage(Path volumes, String name, RootDir parent, RootDir root) {
        this.volumes = volumes;
        this.name = name;
        this.parent = parent;
        this.root = root;
    }

    /** A new one, as empty volumes are. @param name of no other one */
    static DataStage in(Path volumes, String name) {
        var parent = RootDir.open(volumes.resolve(FOLDER));
        boolean done = false;
        try {
            parent.mkdir(name, 0755);
            var stage = new DataStage(volumes, name, parent, parent.openDir(name));
            done = true;
            return stage;
        } finally {
            if (!done) {
                parent.close();
            }
        }
    }

    @Override
    public RootDir root() {
        return root;
    }

    /** Moves what was made to a place that is free, on the same file system. */
    void moveTo(Path data) throws IOException {
        root.syncFileSystem();
        Files.move(volumes.resolve(FOLDER).resolve(name), data, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Makes what was made the data of a volume that nobody else uses, in one step that a power cut does not halve; here are the old ones then. */
    void exchangeWith(String volume) {
        root.syncFileSystem();
        try (var folder = RootDir.open(volumes.resolve(volume))) {
            parent.rename(name, folder, "_data", RootDir.RENAME_EXCHANGE);
            folder.sync();
            parent.sync();
        }
    }

    @Override
    public void close() {
        try (parent; root) {
            TreeRemoval.remove(parent, name);
        }
    }
}
