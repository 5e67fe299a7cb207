package io.berth.image;

import io.berth.archive.Decompressed;
import io.berth.archive.TreeComparison;
import io.berth.error.InternalException;
import io.berth.error.NotFoundException;
import io.berth.ffi.RootDir;
import io.berth.oci.Digest;
import io.berth.storage.BlobStore;
import io.berth.storage.ChainId;
import io.berth.storage.LayerBatch;
import io.berth.storage.LayerStage;
import io.berth.storage.Snapshotter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Finds layers that the disk has damaged, and mends what can be mended: the bytes of a layer are hashed, and its files are compared with
 * those that the bytes unpack to. No list of digests is kept for it that could be damaged, too. Safe for use by many threads; takes
 * disk space for the largest layer while it is at work.
 */
@Component
public class LayerCheck {

    private static final Logger LOG = LoggerFactory.getLogger(LayerCheck.class);

    private final ImageStore store;
    private final LayerLeases leases;
    private final Snapshotter snapshotter;
    private final BlobStore blobs;

    LayerCheck(ImageStore store, LayerLeases leases, Snapshotter snapshotter, BlobStore blobs) {
        this.store = store;
        this.leases = leases;
        this.snapshotter = snapshotter;
        this.blobs = blobs;
    }

    /** Checks the layers of these images, each layer once and lower ones first. An image that is removed meanwhile is left out. */
    public List<CheckedLayer> check(Collection<Image> images) {
        var found = new ArrayList<CheckedLayer>();
        var seen = new HashSet<ChainId>();
        for (Image image : images) {
            StoredImage stored = store.catalog().byId(image.id()).orElse(null);
            List<ChainId> chains = stored == null ? List.of() : ChainId.ofLayers(stored.diffIds());
            try (LayerLeases.Lease lease = leases.take()) {
                lease.addChains(chains);
                for (int i = 0; i < chains.size(); i++) {
                    if (stored != null && seen.add(chains.get(i))) {
                        lease.addBlob(stored.layers().get(i).blob().digest());
                        found.add(check(stored.layers().get(i), chains.subList(0, i), chains.get(i)));
                    }
                }
            } catch (NotFoundException removed) {
                LOG.debug("image {} was removed while it was checked", image.id(), removed);
            } catch (IOException failure) {
                throw new InternalException("check image " + image.id() + ": " + failure.getMessage(), failure);
            }
        }
        return List.copyOf(found);
    }

    private CheckedLayer check(StoredLayer layer, List<ChainId> below, ChainId chain) throws IOException {
        Digest blob = layer.blob().digest();
        if (!isWhole(blob)) {
            blobs.remove(blob);
            LOG.error("layer {}: its bytes, {}, are damaged or gone and were given up; a pull of the image brings them again", layer.diffId(), blob);
            return new CheckedLayer(layer.diffId(), chain, CheckedLayer.State.LOST, null);
        }
        try (LayerBatch batch = snapshotter.newLayers()) {
            LayerStage again = batch.stage(below);
            try (Decompressed plain = LayerPacking.plain(blobs, layer)) {
                LayerIntake.unpack(again, plain, plain);
            }
            String difference = difference(chain, again);
            if (difference == null) {
                return new CheckedLayer(layer.diffId(), chain, CheckedLayer.State.WHOLE, null);
            }
            again.replace(chain);
            batch.commit();
            LOG.error("layer {}: its files were damaged ({}) and were unpacked again", layer.diffId(), difference);
            return new CheckedLayer(layer.diffId(), chain, CheckedLayer.State.MENDED, difference);
        }
    }

    /** The store compares the digest when the end is read. */
    private boolean isWhole(Digest blob) {
        try (InputStream bytes = blobs.open(blob)) {
            bytes.transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (NotFoundException | InternalException | IOException damaged) {
            LOG.debug("blob {} cannot be read", blob, damaged);
            return false;
        }
    }

    private @Nullable String difference(ChainId chain, LayerStage again) {
        if (!snapshotter.has(chain)) {
            return "/: gone";
        }
        try (RootDir files = snapshotter.files(chain)) {
            return TreeComparison.firstDifference(files, again.root());
        }
    }
}
