package io.berth.instance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Small files, readable for their owner alone, that survive a power cut whole: what was there before, or what was written. */
public final class DurableFile {

    private static final FileAttribute<?> OWNER_ONLY = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private DurableFile() {}

    /** Writes {@code bytes} to {@code file}; they are on the disk, under this name, when this returns. One thread writes one file. */
    public static void write(Path file, byte[] bytes) throws IOException {
        var work = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(work);
        try (var channel = FileChannel.open(work, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), OWNER_ONLY)) {
            for (var rest = ByteBuffer.wrap(bytes); rest.hasRemaining();) {
                channel.write(rest);
            }
            channel.force(true);
        } catch (IOException failed) {
            try {
                Files.deleteIfExists(work);
            } catch (IOException another) {
                failed.addSuppressed(another);
            }
            throw failed;
        }
        Files.move(work, file, StandardCopyOption.ATOMIC_MOVE);
        try (var folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
