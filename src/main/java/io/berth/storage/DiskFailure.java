package io.berth.storage;

import io.berth.error.DiskFullException;
import io.berth.error.EngineException;
import io.berth.error.InternalException;
import io.berth.ffi.Errno;
import io.berth.ffi.NativeException;
import io.berth.instance.PrivateFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Failures of the disk as failures of the engine; a full disk is named in the words that everybody knows. */
final class DiskFailure {

    private static final String FULL = "no space left on device";

    private DiskFailure() {}

    /** What the caller tried, as in {@code write blob}. */
    static EngineException of(String tried, Exception e) {
        return isFull(e) ? new DiskFullException(tried + ": " + FULL, e) : new InternalException(tried + ": " + e.getMessage(), e);
    }

    static boolean isFull(Exception e) {
        if (e instanceof NativeException failed) {
            return failed.errno() == Errno.ENOSPC || failed.errno() == Errno.EDQUOT;
        }
        String message = e.getMessage();
        return message != null && message.toLowerCase(Locale.ROOT).contains(FULL);
    }

    /** Makes the names in an engine's own folder durable. */
    static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            PrivateFolder.createAll(folder);
        }
    }
}
