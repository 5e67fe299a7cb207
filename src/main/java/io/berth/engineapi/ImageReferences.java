package io.berth.engineapi;

import io.berth.image.Image;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How images are named on the wire. */
final class ImageReferences {

    private ImageReferences() {}

    /** The name that {@code repo} and {@code tag} ask for; null when none is. */
    static @Nullable ImageReference asked(Query query) {
        if (query.text("repo").isEmpty()) {
            return null;
        }
        var repository = ImageReference.parse(query.text("repo"));
        return query.text("tag").isEmpty() ? repository.withDefaultTag() : repository.withTag(query.text("tag"));
    }

    /** What a pull asks for; {@code tag} may be a digest, or empty when it is in the name. */
    static ImageReference toPull(ImageReference repository, String tag) {
        if (tag.isEmpty()) {
            return repository.withDefaultTag();
        }
        return tag.indexOf(':') >= 0 ? repository.withDigest(Digest.parse(tag)) : repository.withTag(tag);
    }

    static List<String> tags(Image image) {
        return image.tags().stream().map(tag -> tag.familiar()).toList();
    }

    static List<String> digests(Image image) {
        return image.digests().stream().map(digest -> digest.familiar()).toList();
    }
}
