package io.berth.volume;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdOutputStream;
import io.berth.archive.TarWriter;
import io.berth.archive.TreePacker;
import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.operation.OperationKind;
import io.berth.operation.Operations;
import io.berth.operation.Progress;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A volume on its way out: a tar archive of its root ({@code ./}) and all below it, with owners, permissions, times, attributes, links,
 * holes, devices and FIFOs; sockets are left out. For one thread; used once; has the volume's data in their place.
 */
public final class VolumeBackup implements AutoCloseable {

    private static final int ZSTD_LEVEL = 3;

    private final VolumeData data;
    private final Operations operations;

    /** Takes {@code data} over. */
    VolumeBackup(VolumeData data, Operations operations) {
        this.data = data;
        this.operations = operations;
    }

    /** A name for it. */
    public String fileName() {
        return data.volume().name() + ".tar.zst";
    }

    /**
     * Writes it, compressed; {@code out} stays open. What was written when this throws is not whole, and a restore refuses it.
     *
     * @param by the account that wants it
     * @throws ConflictException it was cancelled
     * @throws InternalException the disk failed, or {@code out} did, as when a client goes away
     */
    public void writeTo(OutputStream out, String by) {
        operations.run(OperationKind.BACKUP, data.volume().name(), by, progress -> {
            try {
                return pack(data.root(), new WatchedOutput(out, progress));
            } catch (IOException | NativeException broken) {
                throw new InternalException("backup of volume " + data.volume().name() + " broke off: " + broken.getMessage(), broken);
            }
        });
    }

    /** Packs a tree and gives the bytes before the compression. */
    static long pack(RootDir root, WatchedOutput out) throws IOException {
        boolean done = false;
        try (var packed = new ZstdOutputStream(out, RecyclingBufferPool.INSTANCE, ZSTD_LEVEL)) {
            packed.setChecksum(true);
            try {
                var tar = new TarWriter(packed);
                new TreePacker(tar).addTree(root, ".", ".");
                tar.close();
                done = true;
                return tar.written();
            } finally {
                if (!done) {
                    // Closing the compression would end it as if it were whole.
                    out.stop();
                }
            }
        }
    }

    /** Tells an operation of the bytes that are written, and ends when it is cancelled or stopped. Closing it leaves the target open. */
    static final class WatchedOutput extends OutputStream {

        private final OutputStream out;
        private final Progress progress;
        private boolean stopped;

        WatchedOutput(OutputStream out, Progress progress) {
            this.out = out;
            this.progress = progress;
        }

        void stop() {
            stopped = true;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            if (stopped) {
                return;
            }
            progress.cancel().throwIfCancelled();
            out.write(buffer, offset, length);
            progress.read(length);
        }

        @Override
        public void flush() throws IOException {
            if (!stopped) {
                out.flush();
            }
        }

        @Override
        public void close() {
            // The answer is its door's.
        }
    }

    @Override
    public void close() {
        data.close();
    }
}
