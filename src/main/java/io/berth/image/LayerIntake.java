package io.berth.image;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdOutputStream;
import io.berth.archive.ArchiveLimits;
import io.berth.archive.Compression;
import io.berth.archive.Decompressed;
import io.berth.archive.TarReader;
import io.berth.archive.TreeUnpacker;
import io.berth.archive.UnpackedTree;
import io.berth.error.InvalidArgumentException;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.MediaTypes;
import io.berth.storage.BlobStore;
import io.berth.storage.BlobWriter;
import io.berth.storage.ChainId;
import io.berth.storage.LayerBatch;
import io.berth.storage.LayerStage;
import io.berth.storage.Snapshotter;
import io.berth.storage.StagedBlob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the layers of images that come in together: unpacks them, keeps their bytes, and makes all of it durable at once. Closed
 * without a commit nothing is left of them. For one thread.
 *
 * <p>The plain tar of a layer is kept compressed and not twice: what came compressed stays as it came, so that it can be passed on
 * under its own digest; what came plain is compressed here.
 */
final class LayerIntake implements AutoCloseable {

    private static final int ZSTD_LEVEL = 1;
    /** The two blocks of zeros at the end of every archive. */
    private static final int EMPTY_TAR = 1024;

    private final Snapshotter snapshotter;
    private final BlobStore blobs;
    private final LayerLeases.Lease lease;
    private final LayerBatch batch;
    private final Map<Digest, StoredLayer> known = new HashMap<>();
    private final Map<Digest, StagedBlob> staged = new HashMap<>();
    private @Nullable LayerStage stage;

    LayerIntake(Snapshotter snapshotter, BlobStore blobs, LayerLeases.Lease lease) {
        this.snapshotter = snapshotter;
        this.blobs = blobs;
        this.lease = lease;
        this.batch = snapshotter.newLayers();
    }

    /** Counts on a layer of the store, whose blob is leased; it need not be given again. */
    void know(StoredLayer layer) {
        known.putIfAbsent(layer.diffId(), layer);
    }

    /** What is known of a layer that was taken or is of the store. */
    @Nullable StoredLayer known(Digest diffId) {
        return known.get(diffId);
    }

    /** Whether the files of this stack's top layer are there, or will be with the commit. */
    boolean hasFiles(ChainId chain) {
        return batch.has(chain) || snapshotter.has(chain);
    }

    /**
     * Takes the layer {@code diffId} on the stack {@code below}, base first.
     *
     * @param original the same bytes, staged, when they may be kept as they are; it is this intake's from here on
     */
    StoredLayer take(Digest diffId, List<ChainId> below, InputStream bytes, @Nullable StagedBlob original)
            throws IOException {
        ChainId chain = below.isEmpty() ? ChainId.ofBase(diffId) : below.getLast().plus(diffId);
        // Its bytes were lost or damaged, or it would not be taken again: nobody can say whether its files are still what they were.
        boolean isSuspect = snapshotter.has(chain);
        StoredLayer layer = unpack(diffId, below, bytes, original);
        if (!layer.diffId().equals(diffId)) {
            throw new InvalidArgumentException("layer has digest " + layer.diffId() + " instead of " + diffId);
        }
        if (isSuspect) {
            current().replace(chain);
        } else {
            current().name(chain);
        }
        return layer;
    }

    /** Takes a layer whose digest is not known beforehand, on no other. */
    StoredLayer takeBase(InputStream bytes) throws IOException {
        StoredLayer layer = unpack(null, List.of(), bytes, null);
        name(List.of(), layer);
        return layer;
    }

    /** Takes a layer whose digest is not known beforehand on the stack {@code below}, base first; null when there is nothing in it. */
    @Nullable StoredLayer takeChanges(List<ChainId> below, InputStream bytes) throws IOException {
        StoredLayer layer = unpack(null, below, bytes, null);
        if (layer.tarBytes() <= EMPTY_TAR) {
            known.remove(layer.diffId());
            StagedBlob unused = staged.remove(layer.blob().digest());
            if (unused != null) {
                unused.close();
            }
            return null;
        }
        name(below, layer);
        return layer;
    }

    private void name(List<ChainId> below, StoredLayer layer) {
        ChainId chain = below.isEmpty() ? ChainId.ofBase(layer.diffId()) : below.getLast().plus(layer.diffId());
        lease.addChains(List.of(chain));
        current().name(chain);
    }

    private LayerStage current() {
        if (stage == null) {
            throw new IllegalStateException("no layer was unpacked");
        }
        return stage;
    }

    private StoredLayer unpack(@Nullable Digest expected, List<ChainId> below, InputStream bytes, @Nullable StagedBlob original) throws IOException {
        stage = batch.stage(below);
        Decompressed plain = Compression.decompress(bytes, ArchiveLimits.DEFAULT);
        boolean keepsOriginal = original != null && plain.compression() != Compression.PLAIN;
        try {
            return keepsOriginal && original != null
                    ? unpackKeeping(original, plain)
                    : unpackPacking(plain);
        } catch (InvalidArgumentException e) {
            throw new InvalidArgumentException("layer" + (expected == null ? "" : " " + expected) + ": " + e.getMessage(), e);
        } finally {
            if (original != null && !staged.containsValue(original)) {
                original.close();
            }
        }
    }

    private StoredLayer unpackKeeping(StagedBlob original, Decompressed plain) throws IOException {
        var stream = new LayerStream(plain, OutputStream.nullOutputStream());
        UnpackedTree tree = unpack(current(), stream, plain);
        return keep(stream, tree, original, mediaType(plain.compression()));
    }

    private StoredLayer unpackPacking(Decompressed plain) throws IOException {
        try (BlobWriter writer = blobs.writer()) {
            LayerStream stream;
            UnpackedTree tree;
            try (var packed = new ZstdOutputStream(new UnclosedOutput(writer), RecyclingBufferPool.INSTANCE, ZSTD_LEVEL)) {
                stream = new LayerStream(plain, packed);
                tree = unpack(current(), stream, plain);
            }
            return keep(stream, tree, writer.seal(), MediaTypes.OCI_LAYER_ZSTD);
        }
    }

    /** Unpacks a layer to its end. @param tar its plain bytes, {@code plain} or what reads from it */
    static UnpackedTree unpack(LayerStage stage, InputStream tar, Decompressed plain) throws IOException {
        UnpackedTree tree = new TreeUnpacker(stage.root(), TreeUnpacker.Whiteouts.OVERLAY, stage::parentsTopFirst)
                .unpack(new TarReader(tar, ArchiveLimits.DEFAULT));
        plain.drain();
        return tree;
    }

    private StoredLayer keep(LayerStream stream, UnpackedTree tree, StagedBlob blob, String mediaType) throws IOException {
        stageBlob(blob);
        var layer = new StoredLayer(stream.digest(), new Descriptor(mediaType, blob.digest(), blob.size()), stream.count(),
                tree.bytes());
        known.put(layer.diffId(), layer);
        return layer;
    }

    private static String mediaType(Compression compression) {
        return switch (compression) {
            case GZIP -> MediaTypes.OCI_LAYER_GZIP;
            case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
            case PLAIN -> MediaTypes.OCI_LAYER;
            case BZIP2, XZ -> MediaTypes.OCI_LAYER + "+" + compression.label();
        };
    }

    /** Keeps bytes as a blob with the commit. */
    void stageBlob(StagedBlob blob) throws IOException {
        lease.addBlob(blob.digest());
        StagedBlob before = staged.put(blob.digest(), blob);
        if (before != null && before != blob) {
            before.close();
        }
    }

    /** Makes everything that was taken durable. */
    void commit() throws IOException {
        for (StagedBlob blob : staged.values()) {
            if (!blobs.has(blob.digest())) {
                blob.commit();
            }
        }
        batch.commit();
    }

    @Override
    public void close() throws IOException {
        batch.close();
        for (StagedBlob blob : new ArrayList<>(staged.values())) {
            blob.close();
        }
        staged.clear();
    }
}
