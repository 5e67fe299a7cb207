package io.berth.image;

import io.berth.error.InternalException;
import io.berth.oci.Digest;
import io.berth.oci.HistoryEntry;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageReference;
import io.berth.oci.Platform;
import io.berth.oci.RunConfig;
import io.berth.operation.OperationKind;
import io.berth.operation.Operations;
import io.berth.operation.Progress;
import io.berth.storage.BlobStore;
import io.berth.storage.BlobWriter;
import io.berth.storage.Snapshotter;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes an image of a tar of a root file system. Safe for use by many threads. */
@Component
public class ImageImporter {

    private final ImageStore store;
    private final LayerLeases leases;
    private final Snapshotter snapshotter;
    private final BlobStore blobs;
    private final Clock clock;
    private final Operations operations;

    ImageImporter(ImageStore store, LayerLeases leases, Snapshotter snapshotter, BlobStore blobs, Clock clock, Operations operations) {
        this.store = store;
        this.leases = leases;
        this.snapshotter = snapshotter;
        this.blobs = blobs;
        this.clock = clock;
        this.operations = operations;
    }

    /**
     * Imports a tar, plain or compressed, as an image of one layer.
     *
     * @param reference its name; null leaves it dangling
     * @param changes Dockerfile instructions that set its config: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD,
     *     SHELL, STOPSIGNAL, USER, VOLUME, WORKDIR
     * @param message the comment of its history
     * @param platform null for the host's
     */
    public Image importRootfs(InputStream tar, @Nullable ImageReference reference, List<String> changes, String message,
            @Nullable Platform platform) {
        RunConfig config = ConfigChanges.apply(RunConfig.EMPTY, changes);
        List<ImageReference> names = reference == null ? List.of() : List.of(Catalog.taggable(reference));
        return operations.run(OperationKind.IMPORT, reference == null ? "an image without a name" : names.getFirst().familiar(), null,
                progress -> take(new WatchedInput(tar, progress), config, names, message, platform == null ? Platform.host() : platform, progress));
    }

    private Image take(InputStream tar, RunConfig config, List<ImageReference> names, String message, Platform platform, Progress progress) {
        boolean done = false;
        try (LayerLeases.Lease lease = leases.take(); LayerIntake intake = new LayerIntake(snapshotter, blobs, lease)) {
            StoredLayer layer = intake.takeBase(tar);
            Instant now = clock.instant();
            byte[] document = document(layer, config, message, platform, now);
            try (BlobWriter writer = blobs.writer()) {
                writer.write(document);
                intake.stageBlob(writer.seal());
            }
            progress.cancel().throwIfCancelled();
            intake.commit();
            var image = new StoredImage(Digest.of(document), ImageConfig.parse(document), List.of(layer), names, null);
            Image made = store.add(List.of(image), "import").getFirst().toImage();
            done = true;
            return made;
        } catch (IOException e) {
            throw new InternalException("import image: " + e.getMessage(), e);
        } finally {
            if (!done) {
                leases.collect();
            }
        }
    }

    private static byte[] document(StoredLayer layer, RunConfig config, String message, Platform platform, Instant now) {
        var history = new HistoryEntry(now, "", "", message, false);
        return new ImageConfig(now, "", platform.architecture(), platform.variant() == null ? "" : platform.variant(),
                platform.os(), config, new ImageConfig.RootFs(List.of(layer.diffId())), List.of(history)).toJson();
    }
}
