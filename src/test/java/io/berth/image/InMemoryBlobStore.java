package io.berth.image;

import io.berth.error.NotFoundException;
import io.berth.oci.Digest;
import io.berth.storage.BlobStore;
import io.berth.storage.BlobWriter;
import io.berth.storage.PartialBlob;
import io.berth.storage.StagedBlob;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Blobs without a disk. */
final class InMemoryBlobStore implements BlobStore {

    private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();

    Digest put(byte[] bytes) {
        blobs.put(Digest.of(bytes), bytes);
        return Digest.of(bytes);
    }

    @Override
    public BlobWriter writer() {
        var bytes = new ByteArrayOutputStream();
        return new BlobWriter() {
            @Override
            public void write(int b) {
                bytes.write(b);
            }

            @Override
            public void write(byte[] buffer, int offset, int length) {
                bytes.write(buffer, offset, length);
            }

            @Override
            public long written() {
                return bytes.size();
            }

            @Override
            public StagedBlob seal() {
                return new Staged(bytes.toByteArray());
            }

            @Override
            public void close() {
                // Nothing is kept that was not sealed.
            }
        };
    }

    private final class Staged implements StagedBlob {

        private final byte[] bytes;

        Staged(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public Digest digest() {
            return Digest.of(bytes);
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public void commit() {
            put(bytes);
        }

        @Override
        public void close() {
            // Nothing is kept that was not committed.
        }
    }

    @Override
    public PartialBlob partial(Digest expected) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long partialBytes(Digest expected) {
        return 0;
    }

    @Override
    public void removePartial(Digest digest) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removePartials(Instant unusedSince) {
        throw new UnsupportedOperationException();
    }

    @Override
    public InputStream open(Digest digest) {
        if (!has(digest)) {
            throw new NotFoundException("No such blob: " + digest);
        }
        return new ByteArrayInputStream(blobs.get(digest));
    }

    @Override
    public boolean has(Digest digest) {
        return blobs.containsKey(digest);
    }

    @Override
    public long size(Digest digest) {
        return blobs.get(digest).length;
    }

    @Override
    public boolean remove(Digest digest) {
        return blobs.remove(digest) != null;
    }

    @Override
    public List<Digest> list() {
        return List.copyOf(blobs.keySet());
    }
}
