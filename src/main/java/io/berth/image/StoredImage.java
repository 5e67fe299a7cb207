package io.berth.image;

import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageReference;
import io.berth.storage.ChainId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An image with what only this module needs to know of it.
 *
 * @param references the written-out ones with a tag or a digest
 * @param documents what it came with from registries, each a blob, the last one last: manifests, indexes that list them, and
 *     attestations with their contents
 */
record StoredImage(Digest id, ImageConfig config, List<StoredLayer> layers, Collection<ImageReference> references,
        @Nullable Instant lastTagged, List<Descriptor> documents) {

    StoredImage {
        layers = List.copyOf(layers);
        documents = List.copyOf(documents);
        references = List.copyOf(new TreeSet<>(references));
    }

    StoredImage(Digest id, ImageConfig config, List<StoredLayer> layers, Collection<ImageReference> references, @Nullable Instant lastTagged) {
        this(id, config, layers, references, lastTagged, List.of());
    }

    /** With these as those that came last. */
    StoredImage withDocuments(Collection<Descriptor> more) {
        var all = new ArrayList<>(documents);
        all.removeAll(more);
        all.addAll(more);
        return new StoredImage(id, config, layers, references, lastTagged, all);
    }

    StoredImage withLayers(List<StoredLayer> newLayers) {
        return new StoredImage(id, config, newLayers, references, lastTagged, documents);
    }

    StoredImage withReference(ImageReference reference, @Nullable Instant now) {
        var more = new TreeSet<>(references);
        more.add(reference);
        return new StoredImage(id, config, layers, more, now, documents);
    }

    StoredImage withoutReference(ImageReference reference) {
        var fewer = new TreeSet<>(references);
        fewer.remove(reference);
        return new StoredImage(id, config, layers, fewer, lastTagged, documents);
    }

    /** Its names with a tag in this repository. */
    List<ImageReference> tagsIn(ImageReference repository) {
        return references.stream().filter(reference -> reference.digest() == null && reference.hasSameRepository(repository)).toList();
    }

    List<Digest> diffIds() {
        return layers.stream().map(StoredLayer::diffId).toList();
    }

    long sizeBytes() {
        return layers.stream().mapToLong(StoredLayer::sizeBytes).sum();
    }

    Image toImage() {
        return new Image(id,
                references.stream().filter(reference -> reference.digest() == null).toList(),
                references.stream().filter(reference -> reference.digest() != null).toList(),
                config, ChainId.ofLayers(diffIds()), sizeBytes(),
                config.created() == null ? Instant.EPOCH : config.created(), lastTagged);
    }
}
