package io.berth.image;

import io.berth.error.InternalException;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageIndex;
import io.berth.oci.Manifest;
import io.berth.oci.MediaTypes;
import io.berth.storage.BlobStore;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an image is made of, from the documents that it came with. */
final class ImageManifests {

    private final StoredImage image;
    private final BlobStore blobs;
    private final Map<Digest, ImageManifest> found = new LinkedHashMap<>();

    private ImageManifests(StoredImage image, BlobStore blobs) {
        this.image = image;
        this.blobs = blobs;
    }

    /** Those of the indexes in their order, then what came without one. An image that came from no registry has the one that archives of it have. */
    static List<ImageManifest> of(StoredImage image, ImageStore store, BlobStore blobs) {
        var manifests = new ImageManifests(image, blobs);
        try {
            for (Descriptor document : image.documents()) {
                if (MediaTypes.isIndex(document.mediaType()) && blobs.has(document.digest())) {
                    ImageIndex.parse(KeptManifest.read(document, blobs).bytes()).manifests().forEach(manifests::listed);
                }
            }
            for (Descriptor document : image.documents()) {
                if (MediaTypes.isManifest(document.mediaType()) && blobs.has(document.digest())) {
                    manifests.kept(document);
                }
            }
        } catch (IOException failure) {
            throw new InternalException("read the manifests of image " + image.id() + ": " + failure.getMessage(), failure);
        }
        if (manifests.found.values().stream().noneMatch(ImageManifest::available)) {
            Descriptor made = ArchiveWriter.manifest(image, store.configBytes(image.id())).descriptor();
            manifests.found.put(made.digest(), manifests.own(made));
        }
        return List.copyOf(manifests.found.values());
    }

    private void listed(Descriptor entry) {
        found.putIfAbsent(entry.digest(), new ImageManifest(entry, false, entry.platform(), 0, 0, entry.annotations().get(Attestations.OF)));
    }

    private void kept(Descriptor document) throws IOException {
        Manifest manifest = Manifest.parse(KeptManifest.read(document, blobs).bytes());
        @Nullable ImageManifest listed = found.get(document.digest());
        if (manifest.config().digest().equals(image.id())) {
            found.put(document.digest(), own(listed == null ? document : listed.descriptor()));
        } else if (listed != null) {
            List<Descriptor> parts = Attestations.parts(manifest);
            long bytes = document.size() + parts.stream().filter(part -> blobs.has(part.digest())).mapToLong(Descriptor::size).sum();
            boolean isWhole = parts.stream().allMatch(part -> blobs.has(part.digest()));
            found.put(document.digest(), new ImageManifest(listed.descriptor(), isWhole, listed.platform(), bytes, 0, listed.about()));
        }
    }

    private ImageManifest own(Descriptor manifest) {
        long bytes = manifest.size() + image.layers().stream().map(StoredLayer::blob).filter(blob -> blobs.has(blob.digest())).mapToLong(Descriptor::size).sum();
        return new ImageManifest(manifest, true, manifest.platform() == null ? image.config().platform() : manifest.platform(), bytes, image.sizeBytes(), null);
    }
}
