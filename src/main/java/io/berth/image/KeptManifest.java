package io.berth.image;

import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageIndex;
import io.berth.oci.ImageReference;
import io.berth.oci.Manifest;
import io.berth.oci.MediaTypes;
import io.berth.storage.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A manifest with which an image came from a registry.
 *
 * @param index the one through which it was found; null when it was found by itself
 */
record KeptManifest(Document document, Manifest manifest, @Nullable Document index) {

    /** Bytes that are sent on as they came. */
    record Document(Descriptor descriptor, byte[] bytes) {}

    /** The one that this repository is known to have, else the one that came last; null for an image that came otherwise. */
    static @Nullable KeptManifest of(StoredImage image, BlobStore blobs, ImageReference repository) throws IOException {
        List<KeptManifest> all = all(image, blobs);
        return all.stream().filter(kept -> image.references().contains(repository.withDigest(kept.top().descriptor().digest()))).findFirst()
                .orElse(all.isEmpty() ? null : all.getFirst());
    }

    private static List<KeptManifest> all(StoredImage image, BlobStore blobs) throws IOException {
        var found = new ArrayList<KeptManifest>();
        List<Document> indexes = documents(image.documents().stream().filter(document -> MediaTypes.isIndex(document.mediaType())).toList(), blobs);
        for (Document document : documents(image.documents().stream().filter(each -> MediaTypes.isManifest(each.mediaType())).toList(), blobs)) {
            Manifest manifest = Manifest.parse(document.bytes());
            if (manifest.config().digest().equals(image.id()) && manifest.layers().size() == image.layers().size()) {
                indexes.stream().filter(index -> lists(index, document.descriptor().digest()))
                        .forEach(index -> found.add(new KeptManifest(document, manifest, index)));
                found.add(new KeptManifest(document, manifest, null));
            }
        }
        return found;
    }

    /** The last one first. */
    private static List<Document> documents(List<Descriptor> descriptors, BlobStore blobs) throws IOException {
        var documents = new ArrayList<Document>();
        for (Descriptor descriptor : descriptors.reversed()) {
            if (blobs.has(descriptor.digest())) {
                documents.add(read(descriptor, blobs));
            }
        }
        return documents;
    }

    static Document read(Descriptor descriptor, BlobStore blobs) throws IOException {
        try (InputStream bytes = blobs.open(descriptor.digest())) {
            return new Document(descriptor, bytes.readNBytes(Manifest.MAX_BYTES));
        }
    }

    private static boolean lists(Document index, Digest manifest) {
        return ImageIndex.parse(index.bytes()).manifests().stream().anyMatch(entry -> entry.digest().equals(manifest));
    }

    private Document top() {
        return index == null ? document : index;
    }

    /** Whether it is about these layers, in the form in which they were sent. */
    boolean isOf(List<Descriptor> layers) {
        return manifest.layers().stream().map(Descriptor::digest).toList().equals(layers.stream().map(Descriptor::digest).toList());
    }
}
