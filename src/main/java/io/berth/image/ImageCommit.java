package io.berth.image;

import io.berth.error.InternalException;
import io.berth.error.NotFoundException;
import io.berth.oci.Digest;
import io.berth.oci.HistoryEntry;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageReference;
import io.berth.oci.RunConfig;
import io.berth.storage.BlobStore;
import io.berth.storage.BlobWriter;
import io.berth.storage.ChainId;
import io.berth.storage.Snapshotter;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes an image of another one and what was changed on top of it. Safe for use by many threads. */
@Component
public class ImageCommit {

    /** Writes the changes as the tar of a layer, whiteouts and all. Source: OCI image-spec 1.1, layer.md. */
    @FunctionalInterface
    public interface Changes {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * What is to be made.
     *
     * @param base the image that was changed
     * @param config what the new one shall say of its process; what it leaves open is as in {@code inherited}
     * @param instructions Dockerfile instructions that change {@code config}, as for an import
     * @param createdBy the command of the history's new step
     * @param name null leaves the image dangling
     */
    public record Request(Digest base, RunConfig config, RunConfig inherited, List<String> instructions, String author, String comment,
            String createdBy, @Nullable ImageReference name) {}

    private final ImageStore store;
    private final LayerLeases leases;
    private final Snapshotter snapshotter;
    private final BlobStore blobs;
    private final Clock clock;

    ImageCommit(ImageStore store, LayerLeases leases, Snapshotter snapshotter, BlobStore blobs, Clock clock) {
        this.store = store;
        this.leases = leases;
        this.snapshotter = snapshotter;
        this.blobs = blobs;
        this.clock = clock;
    }

    /**
     * Makes the image; all of it is durable when this returns, or nothing is left of it. Without changes it has no layer of its own.
     *
     * @throws NotFoundException the base is not in the store any more
     */
    public Image commit(Request request, Changes changes) {
        var draft = new RunConfigDraft(ConfigChanges.apply(request.config(), request.instructions()));
        draft.inherit(request.inherited());
        @Nullable ImageReference name = request.name() == null ? null : Catalog.taggable(request.name());
        boolean done = false;
        try (LayerLeases.Lease lease = leases.take(); LayerIntake intake = new LayerIntake(snapshotter, blobs, lease)) {
            StoredImage base = leased(request.base(), lease);
            List<ChainId> below = ChainId.ofLayers(base.diffIds());
            @Nullable StoredLayer layer = LayerPipe.carry(changes, tar -> intake.takeChanges(below, tar));
            byte[] document = document(base, layer, draft.toConfig(), request);
            try (BlobWriter writer = blobs.writer()) {
                writer.write(document);
                intake.stageBlob(writer.seal());
            }
            intake.commit();
            var layers = new ArrayList<>(base.layers());
            if (layer != null) {
                layers.add(layer);
            }
            var image = new StoredImage(Digest.of(document), ImageConfig.parse(document), layers, List.of(), null);
            StoredImage made = store.add(List.of(image), "create").getFirst();
            done = true;
            return (name == null ? made : store.tag(made.id(), name)).toImage();
        } catch (IOException e) {
            throw new InternalException("commit: " + e.getMessage(), e);
        } finally {
            if (!done) {
                leases.collect();
            }
        }
    }

    private StoredImage leased(Digest id, LayerLeases.Lease lease) {
        StoredImage base = require(id);
        lease.addChains(ChainId.ofLayers(base.diffIds()));
        base.layers().forEach(layer -> lease.addBlob(layer.blob().digest()));
        // Looked at again: what was leased too late may have been collected in between.
        return require(id);
    }

    private StoredImage require(Digest id) {
        return store.catalog().byId(id).orElseThrow(() -> new NotFoundException("No such image: " + id));
    }

    private byte[] document(StoredImage base, @Nullable StoredLayer layer, RunConfig config, Request request) {
        var now = clock.instant();
        var diffIds = new ArrayList<>(base.diffIds());
        if (layer != null) {
            diffIds.add(layer.diffId());
        }
        var history = new ArrayList<>(base.config().history());
        history.add(new HistoryEntry(now, request.author(), request.createdBy(), request.comment(), layer == null));
        var like = base.config();
        return new ImageConfig(now, request.author(), like.architecture(), like.variant(), like.os(), config,
                new ImageConfig.RootFs(diffIds), history).toJson();
    }
}
