package io.berth.image;

import io.berth.image.registry.RegistryClient;
import io.berth.oci.Descriptor;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageIndex;
import io.berth.oci.ImageReference;
import io.berth.oci.Manifest;
import io.berth.oci.MediaTypes;
import io.berth.oci.Platform;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * What a registry offers under a name.
 *
 * @param descriptor of the index or manifest
 * @param platforms that it is for
 */
public record Offer(Descriptor descriptor, List<Platform> platforms) {

    public Offer {
        platforms = List.copyOf(platforms);
    }

    static Offer of(RegistryClient client, ImageReference reference) throws IOException {
        var document = client.manifest(reference.path(), RemoteImage.wanted(reference));
        var descriptor = new Descriptor(document.mediaType(), document.digest(), document.bytes().length);
        if (MediaTypes.isIndex(document.mediaType())) {
            return new Offer(descriptor, ImageIndex.parse(document.bytes()).manifests().stream().map(Descriptor::platform).filter(Objects::nonNull).toList());
        }
        Manifest manifest = Manifest.parse(document.bytes());
        if (!MediaTypes.isImageConfig(manifest.config().mediaType())) {
            return new Offer(descriptor, List.of());
        }
        return new Offer(descriptor, List.of(ImageConfig.parse(RemoteImage.content(client, reference.path(), manifest.config())).platform()));
    }
}
