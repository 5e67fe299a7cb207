package io.berth.image;

import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

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

    protected LayerRow() {}

    static LayerRow of(StoredLayer layer) {
        var row = new LayerRow();
        row.diffId = layer.diffId().toString();
        row.blobDigest = layer.blob().digest().toString();
        row.blobMediaType = layer.blob().mediaType();
        row.blobSize = layer.blob().size();
        row.tarBytes = layer.tarBytes();
        row.sizeBytes = layer.sizeBytes();
        return row;
    }

    StoredLayer toLayer() {
        return new StoredLayer(Digest.parse(diffId), new Descriptor(blobMediaType, Digest.parse(blobDigest), blobSize),
                tarBytes, sizeBytes);
    }
}
