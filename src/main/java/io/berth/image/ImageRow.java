package io.berth.image;

import io.berth.oci.Descriptor;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An image; what its config says is in the blob of its id. */
@Entity
@Table(name = "image")
class ImageRow {

    @Id
    String id = "";

    @Column(name = "size_bytes")
    long sizeBytes;

    @Column(name = "last_tagged")
    @Nullable Instant lastTagged;

    @ElementCollection(fetch = FetchType.EAGER)
    @CollectionTable(name = "image_layer", joinColumns = @JoinColumn(name = "image_id"))
    @OrderColumn(name = "ordinal")
    List<LayerRow> layers = new ArrayList<>();

    @ElementCollection(fetch = FetchType.EAGER)
    @CollectionTable(name = "image_document", joinColumns = @JoinColumn(name = "image_id"))
    @OrderColumn(name = "ordinal")
    List<DocumentRow> documents = new ArrayList<>();

    protected ImageRow() {}

    static ImageRow of(StoredImage image) {
        var row = new ImageRow();
        row.id = image.id().toString();
        row.sizeBytes = image.sizeBytes();
        row.lastTagged = image.lastTagged();
        image.layers().forEach(layer -> row.layers.add(LayerRow.of(layer)));
        image.documents().forEach(document -> row.documents.add(DocumentRow.of(document)));
        return row;
    }

    List<StoredLayer> toLayers() {
        return layers.stream().map(LayerRow::toLayer).toList();
    }

    List<Descriptor> toDocuments() {
        return documents.stream().map(DocumentRow::toDescriptor).toList();
    }
}
