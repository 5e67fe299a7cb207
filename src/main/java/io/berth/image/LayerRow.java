package io.berth.image;

import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.MediaTypes;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import org.jspecify.annotations.Nullable;

/** A layer of an image. */
@Embeddable
class LayerRow {

    @Column(name = "diff_id")
    String diffId = "";

    @Column(name = "blob_digest")
    String blobDigest = "";

    @Column(name = "blob_media_type")
    String blobMediaType = "";

    @Column(name = "blob_size")
    long blobSize;

    @Column(name = "tar_bytes")
    long tarBytes;

    @Column(name = "size_bytes")
    long sizeBytes;

    @Column(name = "packed_digest")
    @Nullable String packedDigest;

    @Column(name = "packed_size")
    long packedSize;

    protected LayerRow() {}

    static LayerRow of(StoredLayer layer) {
        var row = new LayerRow();
        row.diffId = layer.diffId().toString();
        row.blobDigest = layer.blob().digest().toString();
        row.blobMediaType = layer.blob().mediaType();
        row.blobSize = layer.blob().size();
        row.tarBytes = layer.tarBytes();
        row.sizeBytes = layer.sizeBytes();
        row.pack(layer.packed());
        return row;
    }

    /** Layers are packed as gzip alone. */
    void pack(@Nullable Descriptor packed) {
        packedDigest = packed == null ? null : packed.digest().toString();
        packedSize = packed == null ? 0 : packed.size();
    }

    StoredLayer toLayer() {
        return new StoredLayer(Digest.parse(diffId), new Descriptor(blobMediaType, Digest.parse(blobDigest), blobSize), tarBytes, sizeBytes,
                packedDigest == null ? null : new Descriptor(MediaTypes.OCI_LAYER_GZIP, Digest.parse(packedDigest), packedSize));
    }
}
