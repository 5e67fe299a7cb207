package io.berth.image;

import io.berth.error.InvalidArgumentException;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageIndex;
import io.berth.oci.ImageReference;
import io.berth.oci.Manifest;
import io.berth.oci.MediaTypes;
import io.berth.oci.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The contents of an OCI image layout. Of an image for several platforms one is taken.
 *
 * <p>Source: OCI image-spec 1.1, image-layout.md.
 */
final class OciLayout {

    static final String INDEX = "index.json";
    static final String LAYOUT = "oci-layout";
    static final String LAYOUT_CONTENT = "{\"imageLayoutVersion\":\"1.0.0\"}";

    private static final int MAX_DEPTH = 4;

    private final ArchiveSpool spool;
    private final Platform platform;

    private OciLayout(ArchiveSpool spool, Platform platform) {
        this.spool = spool;
        this.platform = platform;
    }

    static String blobName(Digest digest) {
        return "blobs/" + digest.algorithm().label() + "/" + digest.hex();
    }

    /** @param platform null for the host's, and for any of an image that there is for one platform alone */
    static List<ArchivedImage> read(ArchiveSpool spool, @Nullable Platform platform) throws IOException {
        var layout = new OciLayout(spool, platform == null ? Platform.host() : platform);
        ImageIndex index = ImageIndex.parse(spool.bytes(spool.require(INDEX), Manifest.MAX_BYTES, INDEX));
        var images = new ArrayList<ArchivedImage>();
        int listed = 0;
        for (Descriptor entry : index.manifests()) {
            if (isImage(entry)) {
                listed++;
                ArchivedImage image = layout.image(entry);
                if (image.config().isFor(platform)) {
                    images.add(image);
                }
            }
        }
        if (images.isEmpty()) {
            throw new InvalidArgumentException(listed == 0 ? "invalid " + INDEX + ": it lists no image" : "no image for " + platform + " in the archive");
        }
        return images;
    }

    private ArchivedImage image(Descriptor entry) throws IOException {
        Manifest manifest = manifest(entry, 0)
                .orElseThrow(() -> new InvalidArgumentException(
                        "no matching manifest for " + platform + " in the manifest list entries"));
        if (!MediaTypes.isImageConfig(manifest.config().mediaType())) {
            throw new InvalidArgumentException("archive has a manifest that is of no image");
        }
        ArchiveSpool.Member configMember = content(manifest.config());
        var config = ImageConfig.parse(spool.bytes(configMember, ImageConfig.MAX_BYTES, "image config"));
        var layers = new ArrayList<ArchiveSpool.Member>();
        for (Descriptor layer : manifest.layers()) {
            if (!MediaTypes.isLayer(layer.mediaType())) {
                throw new InvalidArgumentException("archive has a layer of an unknown kind");
            }
            layers.add(content(layer));
        }
        return new ArchivedImage(configMember, config, layers, names(entry));
    }

    private Optional<Manifest> manifest(Descriptor descriptor, int depth) throws IOException {
        byte[] document = spool.bytes(content(descriptor), Manifest.MAX_BYTES, "manifest");
        if (!MediaTypes.isIndex(descriptor.mediaType())) {
            return Optional.of(Manifest.parse(document));
        }
        if (depth == MAX_DEPTH) {
            throw new InvalidArgumentException("archive has lists of manifests in lists of manifests");
        }
        for (Descriptor candidate : ImageIndex.parse(document).nearestFirst(platform)) {
            if (isImage(candidate) && spool.find(blobName(candidate.digest())).isPresent()) {
                Optional<Manifest> found = manifest(candidate, depth + 1);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** Signatures and attestations are manifests too. */
    private static boolean isImage(Descriptor entry) {
        boolean isManifest = MediaTypes.isManifest(entry.mediaType()) || MediaTypes.isIndex(entry.mediaType());
        return isManifest && (entry.platform() == null || !entry.platform().os().equals("unknown"));
    }

    private ArchiveSpool.Member content(Descriptor descriptor) {
        ArchiveSpool.Member member = spool.require(blobName(descriptor.digest()));
        if (!member.digest().equals(descriptor.digest()) || member.size() != descriptor.size()) {
            throw new InvalidArgumentException("archive is corrupt: " + descriptor.digest() + " has other content than its descriptor says");
        }
        return member;
    }

    /** The full name of an entry; a tag alone names nothing. */
    private static List<ImageReference> names(Descriptor entry) {
        @Nullable String full = entry.annotations().get(Descriptor.CONTAINERD_IMAGE_NAME);
        @Nullable String name = full != null ? full : entry.annotations().get(Descriptor.REF_NAME);
        boolean isName = name != null && (full != null || name.indexOf(':') > 0 || name.indexOf('/') > 0);
        if (name == null || !isName) {
            return List.of();
        }
        ImageReference reference = ImageReference.parse(name).withDefaultTag();
        return reference.digest() == null ? List.of(reference) : List.of();
    }
}
