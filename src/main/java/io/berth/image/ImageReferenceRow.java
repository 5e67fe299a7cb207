package io.berth.image;

import io.berth.oci.ImageReference;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A name, written out, and the image that it leads to. */
@Entity
@Table(name = "image_reference")
class ImageReferenceRow {

    @Id
    String reference = "";

    @Column(name = "image_id")
    String imageId = "";

    protected ImageReferenceRow() {}

    static ImageReferenceRow of(ImageReference reference, StoredImage image) {
        var row = new ImageReferenceRow();
        row.reference = reference.canonical();
        row.imageId = image.id().toString();
        return row;
    }
}
