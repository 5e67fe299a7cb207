package io.berth.image;

import io.berth.oci.Digest;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageReference;
import io.berth.storage.ChainId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An image with what only this module needs to know of it. References are the written-out ones with a tag or a digest. */
record StoredImage(Digest id, ImageConfig config, List<StoredLayer> layers, Collection<ImageReference> references,
        @Nullable Instant lastTagged) {

    StoredImage {
        layers = List.copyOf(layers);
        references = List.copyOf(new TreeSet<>(references));
    }

    StoredImage withReference(ImageReference reference, Instant now) {
        var more = new TreeSet<>(references);
        more.add(reference);
        return new StoredImage(id, config, layers, more, now);
    }

    StoredImage withoutReference(ImageReference reference) {
        var fewer = new TreeSet<>(references);
        fewer.remove(reference);
        return new StoredImage(id, config, layers, fewer, lastTagged);
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
