package io.berth.image;

import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/** What an image came with from a registry. */
@Embeddable
class DocumentRow {

    @Column(name = "digest")
    String digest = "";

    @Column(name = "media_type")
    String mediaType = "";

    @Column(name = "size_bytes")
    long sizeBytes;

    protected DocumentRow() {}

    static DocumentRow of(Descriptor document) {
        var row = new DocumentRow();
        row.digest = document.digest().toString();
        row.mediaType = document.mediaType();
        row.sizeBytes = document.size();
        return row;
    }

    Descriptor toDescriptor() {
        return new Descriptor(mediaType, Digest.parse(digest), sizeBytes);
    }
}
