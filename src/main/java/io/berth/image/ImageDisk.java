package io.berth.image;

import io.berth.error.NotFoundException;
import io.berth.oci.Digest;
import io.berth.storage.BlobStore;
import io.berth.storage.ChainId;
import io.berth.storage.Snapshotter;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What images take on disk: the files of their layers, and the blobs that these are passed on as. Safe for use by many threads. */
@Component
public class ImageDisk {

    /**
     * An image's part.
     *
     * @param bytes of all that it needs
     * @param sharedBytes of that, what another image needs too
     */
    public record Share(Image image, long bytes, long sharedBytes) {}

    private final ImageStore store;
    private final Snapshotter snapshotter;
    private final BlobStore blobs;

    ImageDisk(ImageStore store, Snapshotter snapshotter, BlobStore blobs) {
        this.store = store;
        this.snapshotter = snapshotter;
        this.blobs = blobs;
    }

    /** All layers and blobs, those included that only containers or nobody needs. */
    public long totalBytes() {
        return snapshotter.committed().stream().mapToLong(this::layerBytes).sum() + blobs.list().stream().mapToLong(this::blobBytes).sum();
    }

    /** The part of each image. */
    public List<Share> shares() {
        Collection<StoredImage> images = store.catalog().images();
        Map<Object, Integer> users = new HashMap<>();
        images.forEach(image -> parts(image).keySet().forEach(part -> users.merge(part, 1, Integer::sum)));
        return images.stream().map(image -> {
            Map<Object, Long> parts = parts(image);
            long all = parts.values().stream().mapToLong(Long::longValue).sum();
            long shared = parts.entrySet().stream().filter(part -> users.getOrDefault(part.getKey(), 0) > 1).mapToLong(Map.Entry::getValue).sum();
            return new Share(image.toImage(), all, shared);
        }).toList();
    }

    /** Layers by their stacks and blobs by their digests, each with its size. */
    private Map<Object, Long> parts(StoredImage image) {
        var parts = new HashMap<Object, Long>();
        ChainId.ofLayers(image.diffIds()).forEach(chain -> parts.put(chain, layerBytes(chain)));
        var digests = new HashSet<Digest>();
        digests.add(image.id());
        image.layers().forEach(layer -> digests.add(layer.blob().digest()));
        image.documents().forEach(document -> digests.add(document.digest()));
        digests.forEach(digest -> parts.put(digest, blobBytes(digest)));
        return parts;
    }

    private long layerBytes(ChainId chain) {
        try {
            return snapshotter.usage(chain).bytes();
        } catch (NotFoundException removed) {
            // While it was being counted: then it takes nothing.
            return 0;
        }
    }

    private long blobBytes(Digest digest) {
        try {
            return blobs.size(digest);
        } catch (NotFoundException removed) {
            // As above.
            return 0;
        }
    }
}
