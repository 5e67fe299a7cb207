package io.berth.image;

import io.berth.oci.Digest;
import io.berth.storage.BlobStore;
import io.berth.storage.ChainId;
import io.berth.storage.Snapshotter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Keeps what work in progress counts on from being collected as garbage, and collects what nobody needs. A lease is taken
 * before it is asked whether a thing is there, and given back after the image that has it is in the store.
 */
@Component
class LayerLeases {

    /** What one piece of work counts on. Closing it gives everything back; may be repeated. */
    final class Lease implements AutoCloseable {

        private final Set<ChainId> chains = new HashSet<>();
        private final Set<Digest> blobs = new HashSet<>();

        void addChains(Collection<ChainId> more) {
            synchronized (LayerLeases.this) {
                chains.addAll(more);
            }
        }

        void addBlob(Digest blob) {
            synchronized (LayerLeases.this) {
                blobs.add(blob);
            }
        }

        @Override
        public void close() {
            synchronized (LayerLeases.this) {
                leases.remove(this);
            }
        }
    }

    private final Snapshotter snapshotter;
    private final BlobStore blobStore;
    private final ImageStore store;
    private final List<Lease> leases = new ArrayList<>();

    LayerLeases(Snapshotter snapshotter, BlobStore blobStore, ImageStore store) {
        this.snapshotter = snapshotter;
        this.blobStore = blobStore;
        this.store = store;
    }

    synchronized Lease take() {
        var lease = new Lease();
        leases.add(lease);
        return lease;
    }

    /** Removes the layers and blobs that no image, no lease and no container needs; tells the layers, upper ones first. */
    synchronized List<ChainId> collect() {
        var chains = new HashSet<>(snapshotter.committed());
        var blobs = new HashSet<>(blobStore.list());
        for (StoredImage image : store.catalog().images()) {
            ChainId.ofLayers(image.diffIds()).forEach(chains::remove);
            blobs.remove(image.id());
            image.layers().forEach(layer -> blobs.remove(layer.blob().digest()));
            image.documents().forEach(document -> blobs.remove(document.digest()));
        }
        for (Lease lease : leases) {
            chains.removeAll(lease.chains);
            blobs.removeAll(lease.blobs);
        }
        List<ChainId> removed = snapshotter.removeUnused(chains);
        blobs.forEach(blobStore::remove);
        return removed;
    }
}
