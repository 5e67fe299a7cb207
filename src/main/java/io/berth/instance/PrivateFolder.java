package io.berth.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Folders that only their owner may enter, from the moment on at which they are there. */
public final class PrivateFolder {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateFolder() {}

    /** Makes one that is not there yet. */
    public static Path create(Path folder) throws IOException {
        return Files.createDirectory(folder, OWNER_ONLY);
    }

    /** Makes one, and those above it; what is there stays as it is. */
    public static Path createAll(Path folder) throws IOException {
        return Files.createDirectories(folder, OWNER_ONLY);
    }
}
