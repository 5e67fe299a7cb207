package io.berth.engineapi;

import io.berth.image.Image;
import java.util.List;

/** How images are named on the wire. */
final class ImageReferences {

    private ImageReferences() {}

    static List<String> tags(Image image) {
        return image.tags().stream().map(tag -> tag.familiar()).toList();
    }

    static List<String> digests(Image image) {
        return image.digests().stream().map(digest -> digest.familiar()).toList();
    }
}
