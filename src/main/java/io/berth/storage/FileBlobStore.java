package io.berth.storage;

import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.oci.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Blobs as files named by their digest; only SHA-256 is stored. */
final class FileBlobStore implements BlobStore {

    private static final int BUFFER = 128 * 1024;
    private static final String PARTIAL = "partial-";

    private final Path folder;
    private final Path ingest;

    /** Takes over the folders of {@code layout}; what was being written when the service ended is discarded unless it can be gone on with. */
    FileBlobStore(StorageLayout layout) {
        this.folder = layout.blobs().resolve(Digest.Algorithm.SHA256.label());
        this.ingest = layout.ingest();
        try {
            DiskFailure.makeFolder(folder);
            DiskFailure.makeFolder(ingest);
            try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(ingest)) {
                for (Path leftover : leftovers) {
                    if (!isPartial(leftover)) {
                        Files.delete(leftover);
                    }
                }
            }
        } catch (IOException e) {
            throw DiskFailure.of("open the blobs in " + folder, e);
        }
    }

    @Override
    public BlobWriter writer() {
        try {
            return new Writer(ingest.resolve(UUID.randomUUID().toString()));
        } catch (IOException e) {
            throw DiskFailure.of("write blob", e);
        }
    }

    @Override
    public PartialBlob partial(Digest expected) {
        try {
            return new PartialFile(partialFile(expected), path(expected), expected);
        } catch (IOException e) {
            throw DiskFailure.of("write blob " + expected, e);
        }
    }

    @Override
    public long partialBytes(Digest expected) {
        try {
            return Files.size(partialFile(expected));
        } catch (NoSuchFileException none) {
            return 0;
        } catch (IOException e) {
            throw DiskFailure.of("read a part of blob " + expected, e);
        }
    }

    @Override
    public void removePartial(Digest digest) {
        try {
            Files.deleteIfExists(partialFile(digest));
        } catch (IOException e) {
            throw DiskFailure.of("remove a part of blob " + digest, e);
        }
    }

    @Override
    public void removePartials(Instant unusedSince) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(ingest, PARTIAL + "*")) {
            for (Path file : files) {
                removeIfUnused(file, unusedSince);
            }
        } catch (IOException e) {
            throw DiskFailure.of("remove parts of blobs", e);
        }
    }

    private static void removeIfUnused(Path file, Instant since) throws IOException {
        try {
            if (Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException committed) {
            // Between the list and the look.
            return;
        }
    }

    private Path partialFile(Digest expected) {
        return ingest.resolve(PARTIAL + expected.hex());
    }

    static void writeAll(FileChannel channel, byte[] bytes, int offset, int length) throws IOException {
        for (ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length); rest.hasRemaining();) {
            channel.write(rest);
        }
    }

    /** Gives whole bytes the name by which they are known; they and it are on the disk when this returns. */
    static void place(Path written, Path blob) throws IOException {
        try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(written, blob, StandardCopyOption.ATOMIC_MOVE);
        DiskFailure.syncFolder(blob.getParent());
    }

    private static boolean isPartial(Path file) {
        return file.getFileName().toString().startsWith(PARTIAL);
    }

    @Override
    public InputStream open(Digest digest) {
        try {
            return new VerifyingInputStream(new BufferedInputStream(Files.newInputStream(path(digest)), BUFFER), digest);
        } catch (NoSuchFileException e) {
            throw missing(digest, e);
        } catch (IOException e) {
            throw DiskFailure.of("read blob " + digest, e);
        }
    }

    @Override
    public boolean has(Digest digest) {
        return Files.isRegularFile(path(digest));
    }

    @Override
    public long size(Digest digest) {
        try {
            return Files.size(path(digest));
        } catch (NoSuchFileException e) {
            throw missing(digest, e);
        } catch (IOException e) {
            throw DiskFailure.of("read blob " + digest, e);
        }
    }

    @Override
    public boolean remove(Digest digest) {
        try {
            return Files.deleteIfExists(path(digest));
        } catch (IOException e) {
            throw DiskFailure.of("remove blob " + digest, e);
        }
    }

    @Override
    public List<Digest> list() {
        var found = new ArrayList<Digest>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                found.add(Digest.sha256(file.getFileName().toString()));
            }
        } catch (IOException e) {
            throw DiskFailure.of("list the blobs", e);
        }
        return found;
    }

    private Path path(Digest digest) {
        if (digest.algorithm() != Digest.Algorithm.SHA256) {
            throw new InvalidArgumentException("unsupported digest algorithm: " + digest.algorithm().label());
        }
        return folder.resolve(digest.hex());
    }

    private static NotFoundException missing(Digest digest, NoSuchFileException e) {
        return new NotFoundException("No such blob: " + digest, e);
    }

    private final class Writer extends BlobWriter {

        private final Path temporary;
        private final FileChannel channel;
        private final MessageDigest computation = Digest.Algorithm.SHA256.newMessageDigest();
        private long written;
        private boolean done;

        Writer(Path temporary) throws IOException {
            this.temporary = temporary;
            this.channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                writeAll(channel, bytes, offset, length);
            } catch (IOException e) {
                throw DiskFailure.of("write blob", e);
            }
            computation.update(bytes, offset, length);
            written += length;
        }

        @Override
        public long written() {
            return written;
        }

        @Override
        public StagedBlob seal() throws IOException {
            channel.close();
            done = true;
            return new Staged(temporary, Digest.of(Digest.Algorithm.SHA256, computation), written);
        }

        @Override
        public void close() throws IOException {
            channel.close();
            if (!done) {
                done = true;
                Files.deleteIfExists(temporary);
            }
        }
    }

    private final class Staged implements StagedBlob {

        private final Path temporary;
        private final Digest digest;
        private final long size;
        private boolean done;

        Staged(Path temporary, Digest digest, long size) {
            this.temporary = temporary;
            this.digest = digest;
            this.size = size;
        }

        @Override
        public Digest digest() {
            return digest;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public InputStream open() throws IOException {
            return new BufferedInputStream(Files.newInputStream(temporary), BUFFER);
        }

        @Override
        public void commit() {
            try {
                place(temporary, path(digest));
                done = true;
            } catch (IOException e) {
                throw DiskFailure.of("store blob " + digest, e);
            }
        }

        @Override
        public void close() throws IOException {
            if (!done) {
                done = true;
                Files.deleteIfExists(temporary);
            }
        }
    }
}
