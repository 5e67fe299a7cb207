package io.berth.image;

import io.berth.error.InvalidArgumentException;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageReference;
import java.util.List;

/** An image as an archive describes it: its config, its layers base first, and its names. */
record ArchivedImage(ArchiveSpool.Member configMember, ImageConfig config, List<ArchiveSpool.Member> layers,
        List<ImageReference> names) {

    ArchivedImage {
        layers = List.copyOf(layers);
        names = List.copyOf(names);
        if (layers.size() != config.diffIds().size()) {
            throw new InvalidArgumentException("invalid manifest, layers length mismatch: expected " + config.diffIds().size()
                    + ", got " + layers.size());
        }
        if (!config.os().isEmpty() && !config.os().equals("linux")) {
            throw new InvalidArgumentException("cannot load " + config.platform() + " image on linux");
        }
    }
}
