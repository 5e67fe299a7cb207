package io.berth.instance;

import io.berth.error.ConflictException;
import io.berth.error.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * One Berth alone works in a data root: {@code <data-root>/lock} is locked and holds our pid. The kernel gives the lock back when this
 * process ends, however it does. Taken before anything in the data root is opened.
 */
public final class DataRootLock implements AutoCloseable {

    private static final int LONGEST_PID = 20;

    private final FileChannel file;
    private final FileLock lock;

    private DataRootLock(FileChannel file, FileLock lock) {
        this.file = file;
        this.lock = lock;
    }

    /**
     * Makes the data root, if need be, and locks it.
     *
     * @throws ConflictException another Berth works there; names its pid
     * @throws UnavailableException it cannot be made or written
     */
    public static DataRootLock take(Path dataRoot) {
        try {
            makePrivate(dataRoot);
            var file = FileChannel.open(dataRoot.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            var lock = tryLock(file);
            if (lock == null) {
                var owner = owner(file);
                file.close();
                throw new ConflictException("data root " + dataRoot + " is locked by pid " + owner
                        + ": another Berth uses it; give this one a berth.data-root of its own");
            }
            file.truncate(0);
            file.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            return new DataRootLock(file, lock);
        } catch (IOException failure) {
            throw new UnavailableException("cannot use the data root " + dataRoot + ": " + failure, failure);
        }
    }

    @Override
    public void close() {
        try (file) {
            lock.release();
        } catch (IOException failure) {
            throw new UnavailableException("cannot give up the data root: " + failure.getMessage(), failure);
        }
    }

    /** Nobody but root looks into the folders of containers (0710, as a group may be let through later). */
    private static void makePrivate(Path folder) throws IOException {
        var mode = PosixFilePermissions.fromString("rwx--x---");
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(mode));
        Files.setPosixFilePermissions(folder, mode);
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException ours) {
            return null;
        }
    }

    private static String owner(FileChannel file) throws IOException {
        var text = ByteBuffer.allocate(LONGEST_PID);
        file.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
    }
}
