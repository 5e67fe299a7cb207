package io.berth.image;

import io.berth.archive.ArchiveLimits;
import io.berth.archive.Compression;
import io.berth.archive.Decompressed;
import io.berth.storage.BlobStore;
import io.berth.storage.BlobWriter;
import io.berth.storage.StagedBlob;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import java.util.zip.GZIPOutputStream;

/** The plain tar of a layer of the store, and the form in which it is given to registries. */
final class LayerPacking {

    private static final int BUFFER = 64 * 1024;

    private LayerPacking() {}

    /** The plain tar. The caller closes the stream. */
    static Decompressed plain(BlobStore blobs, StoredLayer layer) throws IOException {
        InputStream stored = blobs.open(layer.blob().digest());
        try {
            // What the store keeps is known to be good; a layer of zeros expands more than a stranger's may.
            return Compression.decompress(stored, ArchiveLimits.DEFAULT.withoutRatio());
        } catch (IOException | RuntimeException failure) {
            stored.close();
            throw failure;
        }
    }

    /**
     * Compresses a layer as gzip: the same bytes each time, since Java writes neither time nor name. What comes back is the caller's to
     * close.
     *
     * @param progress hears the bytes of the plain tar
     */
    static StagedBlob gzip(BlobStore blobs, StoredLayer layer, LongConsumer progress) throws IOException {
        try (Decompressed plain = plain(blobs, layer); BlobWriter writer = blobs.writer()) {
            try (var packed = new GZIPOutputStream(new UnclosedOutput(writer), BUFFER)) {
                new CountedInput(plain, progress).transferTo(packed);
            }
            // To its end, where the store says whether it was whole.
            plain.drain();
            return writer.seal();
        }
    }
}
