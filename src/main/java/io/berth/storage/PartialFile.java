package io.berth.storage;

import io.berth.oci.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** A part of a blob as a file among the blobs that are being written. */
final class PartialFile implements PartialBlob {

    private static final int BUFFER = 128 * 1024;

    private final Path file;
    private final Path blob;
    private final Digest expected;
    private final FileChannel channel;
    private final MessageDigest computation;
    private long written;

    /** @param blob where the file belongs when it is whole */
    PartialFile(Path file, Path blob, Digest expected) throws IOException {
        this.file = file;
        this.blob = blob;
        this.expected = expected;
        this.computation = expected.algorithm().newMessageDigest();
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean done = false;
        try {
            hash();
            done = true;
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    private void hash() throws IOException {
        var buffer = ByteBuffer.allocate(BUFFER);
        while (channel.read(buffer) > 0) {
            written += buffer.position();
            computation.update(buffer.flip());
            buffer.clear();
        }
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            FileBlobStore.writeAll(channel, bytes, offset, length);
        } catch (IOException failure) {
            throw DiskFailure.of("write blob " + expected, failure);
        }
        computation.update(bytes, offset, length);
        written += length;
    }

    @Override
    public void restart() throws IOException {
        channel.truncate(0);
        channel.position(0);
        computation.reset();
        written = 0;
    }

    @Override
    public StagedBlob complete() throws IOException {
        channel.close();
        Digest digest = Digest.of(expected.algorithm(), computation);
        if (!digest.equals(expected)) {
            Files.deleteIfExists(file);
            throw new IOException("filesystem layer verification failed for digest " + expected);
        }
        return new Whole(file, blob, digest, written);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Shared by all who need it: the first one to commit gives it its place. */
    private record Whole(Path file, Path blob, Digest digest, long size) implements StagedBlob {

        @Override
        public InputStream open() throws IOException {
            try {
                return new BufferedInputStream(Files.newInputStream(file), BUFFER);
            } catch (NoSuchFileException committed) {
                return new BufferedInputStream(Files.newInputStream(blob), BUFFER);
            }
        }

        @Override
        public void commit() {
            try {
                FileBlobStore.place(file, blob);
            } catch (NoSuchFileException committed) {
                if (!Files.exists(blob)) {
                    throw DiskFailure.of("store blob " + digest, committed);
                }
            } catch (IOException failure) {
                throw DiskFailure.of("store blob " + digest, failure);
            }
        }

        @Override
        public void close() {
            // It was paid for with the network's time: it stays until somebody needs it or it is old.
        }
    }
}
