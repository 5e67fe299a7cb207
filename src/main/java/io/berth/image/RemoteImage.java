package io.berth.image;

import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.image.registry.RegistryClient;
import io.berth.image.registry.RegistryClient.Document;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageIndex;
import io.berth.oci.ImageReference;
import io.berth.oci.Manifest;
import io.berth.oci.MediaTypes;
import io.berth.oci.Platform;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * An image as a registry describes it; all of it is checked against its digests.
 *
 * @param digest of what the name leads to: an index or a manifest
 * @param id the digest of its config
 * @param documents its manifest, and the indexes that lead to it, the nearest first
 * @param attestations entries of the nearest index that are about it
 */
record RemoteImage(RegistryClient client, String repository, Digest digest, Digest id, ImageConfig config, byte[] configBytes,
        List<Descriptor> layers, List<Document> documents, List<Descriptor> attestations) {

    private static final int MAX_DEPTH = 3;

    RemoteImage {
        layers = List.copyOf(layers);
        documents = List.copyOf(documents);
        attestations = List.copyOf(attestations);
        if (layers.size() != config.diffIds().size()) {
            throw new InvalidArgumentException("invalid manifest, layers length mismatch: expected " + config.diffIds().size()
                    + ", got " + layers.size());
        }
        for (Descriptor layer : layers) {
            if (layer.mediaType().contains(".foreign.") || layer.mediaType().contains(".nondistributable.")) {
                throw new InvalidArgumentException("layer " + layer.digest() + " is not distributed by the registry (" + layer.mediaType()
                        + "): it is not fetched from elsewhere");
            }
            if (!MediaTypes.isLayer(layer.mediaType())) {
                throw new InvalidArgumentException("layer " + layer.digest() + " is of an unknown kind: " + shown(layer.mediaType()));
            }
        }
        if (!config.os().isEmpty() && !config.os().equals("linux")) {
            throw new InvalidArgumentException("image operating system \"" + shown(config.os()) + "\" cannot be used on this platform");
        }
    }

    static RemoteImage find(RegistryClient client, ImageReference reference, Platform platform) throws IOException {
        Document top = client.manifest(reference.path(), wanted(reference));
        List<Document> documents = documents(client, reference, top, platform, 0);
        Manifest manifest = Manifest.parse(documents.getFirst().bytes());
        if (!MediaTypes.isImageConfig(manifest.config().mediaType())) {
            throw new InvalidArgumentException(reference.familiar() + " is no image: its content is " + shown(manifest.config().mediaType()));
        }
        byte[] bytes = content(client, reference.path(), manifest.config());
        List<Descriptor> attestations = documents.size() == 1 ? List.of()
                : Attestations.of(ImageIndex.parse(documents.get(1).bytes()).manifests(), documents.getFirst().digest());
        return new RemoteImage(client, reference.path(), top.digest(), manifest.config().digest(), ImageConfig.parse(bytes), bytes,
                manifest.layers(), documents, attestations);
    }

    /** The digest, else the tag. */
    static String wanted(ImageReference reference) {
        return reference.digest() != null ? reference.digest().toString() : String.valueOf(reference.tag());
    }

    /** The manifest for the platform, and the indexes above it. */
    private static List<Document> documents(RegistryClient client, ImageReference reference, Document document, Platform platform, int depth)
            throws IOException {
        if (!MediaTypes.isIndex(document.mediaType())) {
            // Its own word, since the header is that of whoever keeps it.
            return List.of(new Document(document.digest(), Manifest.parse(document.bytes()).mediaType(), document.bytes()));
        }
        Descriptor chosen = ImageIndex.parse(document.bytes()).nearestFirst(platform).stream().findFirst().orElseThrow(() -> new NotFoundException(
                "no matching manifest for " + platform + " in the manifest list entries"));
        if (depth == MAX_DEPTH) {
            throw new InvalidArgumentException(reference.familiar() + " has lists of manifests in lists of manifests");
        }
        var below = documents(client, reference, client.manifest(reference.path(), chosen.digest().toString()), platform, depth + 1);
        return Stream.concat(below.stream(), Stream.of(document)).toList();
    }

    static byte[] content(RegistryClient client, String repository, Descriptor blob) throws IOException {
        if (blob.size() > ImageConfig.MAX_BYTES) {
            throw new InvalidArgumentException("image config has " + blob.size() + " bytes, more than the limit of " + ImageConfig.MAX_BYTES);
        }
        try (var stream = client.blob(repository, blob, 0)) {
            byte[] bytes = stream.body().readNBytes((int) blob.size() + 1);
            if (!Digest.of(bytes).equals(blob.digest())) {
                throw new IOException("image config verification failed for digest " + blob.digest());
            }
            return bytes;
        }
    }

    private static String shown(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }
}
