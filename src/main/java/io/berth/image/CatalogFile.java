package io.berth.image;

import io.berth.instance.DurableFile;
import io.berth.instance.FileFailure;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What the database says of images, once more beside their blobs, for the case that the database is lost. One writer at a time. */
final class CatalogFile {

    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;

    CatalogFile(Path file) {
        this.file = file;
    }

    /** An image without its config, which is in the blob of its id. */
    record Entry(String id, @Nullable Instant lastTagged, List<String> references, List<Layer> layers, @Nullable List<Document> documents) {

        static Entry of(StoredImage image) {
            return new Entry(image.id().toString(), image.lastTagged(), image.references().stream().map(ImageReference::canonical).toList(),
                    image.layers().stream().map(Layer::of).toList(), image.documents().stream().map(Document::of).toList());
        }

        List<Descriptor> toDocuments() {
            return documents == null ? List.of() : documents.stream().map(Document::toDescriptor).toList();
        }
    }

    record Document(String digest, String mediaType, long bytes) {

        static Document of(Descriptor document) {
            return new Document(document.digest().toString(), document.mediaType(), document.size());
        }

        Descriptor toDescriptor() {
            return new Descriptor(mediaType, Digest.parse(digest), bytes);
        }
    }

    /** What it is packed as for registries is found out again. */
    record Layer(String diffId, String blob, String mediaType, long blobBytes, long tarBytes, long sizeBytes) {

        static Layer of(StoredLayer layer) {
            return new Layer(layer.diffId().toString(), layer.blob().digest().toString(), layer.blob().mediaType(), layer.blob().size(),
                    layer.tarBytes(), layer.sizeBytes());
        }

        StoredLayer toLayer() {
            return new StoredLayer(Digest.parse(diffId), new Descriptor(mediaType, Digest.parse(blob), blobBytes), tarBytes, sizeBytes);
        }
    }

    /** It survives a power cut when this returns. */
    void write(Catalog catalog) {
        try {
            DurableFile.write(file, JSON.writeValueAsBytes(catalog.images().stream().map(Entry::of).toList()));
        } catch (IOException failure) {
            throw FileFailure.of("write " + file, failure);
        }
    }

    /** Nothing when it was never written. */
    List<Entry> read() {
        try {
            return Files.exists(file) ? JSON.readValue(Files.readAllBytes(file), new TypeReference<List<Entry>>() {}) : List.of();
        } catch (IOException failure) {
            throw FileFailure.of("read " + file, failure);
        }
    }
}
