package io.berth.event;

import io.berth.ffi.Errno;
import io.berth.ffi.FileSpace;
import io.berth.ffi.NativeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disk space that is taken for one file before it is needed, beyond its end: a container that fills the disk must not keep the engine
 * from writing down what it knows. Safe for use by many threads.
 */
final class Headroom {

    private static final Logger LOG = LoggerFactory.getLogger(Headroom.class);

    /** Some thousand changes; H2 uses the space of old ones again after 45 s. */
    static final long FULL = 16 << 20;
    private static final long STEP = 4 << 20;

    private final Path file;
    private long end;
    private long failedAt = -1;
    private boolean able = true;

    /**
     * Takes the space.
     *
     * @param file exists
     * @param size its size in bytes
     */
    Headroom(Path file, long size) {
        this.file = file;
        this.end = size;
        before(size);
    }

    /** To be called before a write that ends at this offset: takes more space when much of it was used. */
    synchronized void before(long offset) {
        // On a full disk it is tried again only as the file grows.
        if (!able || end - offset > FULL - STEP || offset <= failedAt) {
            return;
        }
        try {
            FileSpace.take(file, end, offset + FULL - end);
            end = offset + FULL;
            if (failedAt >= 0) {
                LOG.info("{} has {} MiB of disk space ahead again", file, FULL >> 20);
                failedAt = -1;
            }
        } catch (NativeException refused) {
            if (refused.errno() == Errno.EOPNOTSUPP) {
                able = false;
                LOG.warn("{}: its file system cannot keep disk space ready; a full disk can stop the engine", file);
                return;
            }
            if (failedAt < 0) {
                LOG.warn("the disk is full: {} has {} KiB left for what the engine writes down", file, Math.max(0, end - offset) >> 10);
            }
            failedAt = offset;
        }
    }

    /**
     * Cuts the file: its content ends at {@code length}. File systems give the space that a cut frees to others, and to us not before their
     * journal is written, so the file stays longer by as much as is wanted ahead anyway, and reads as zeros there.
     */
    synchronized void cut(FileChannel channel, long length) throws IOException {
        if (able && channel.size() > length && FileSpace.clear(file, length, channel.size() - length)) {
            if (channel.size() > length + FULL) {
                channel.truncate(length + FULL);
                end = length + FULL;
            }
            return;
        }
        channel.truncate(length);
        end = length;
        failedAt = -1;
        before(length);
    }
}
