package io.berth.image;

import io.berth.archive.WatchedInput;
import io.berth.error.EngineException;
import io.berth.error.InternalException;
import io.berth.error.NotFoundException;
import io.berth.image.registry.WebArchive;
import io.berth.image.registry.WebArchives;
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
import java.net.ConnectException;
import java.net.UnknownHostException;
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
    private final WebArchives web;
    private final ImageProperties properties;

    ImageImporter(ImageStore store, LayerLeases leases, Snapshotter snapshotter, BlobStore blobs, Clock clock, Operations operations,
            WebArchives web, ImageProperties properties) {
        this.store = store;
        this.leases = leases;
        this.snapshotter = snapshotter;
        this.blobs = blobs;
        this.clock = clock;
        this.operations = operations;
        this.web = web;
        this.properties = properties;
    }

    /**
     * What an import is to make.
     *
     * @param reference its name; null leaves it dangling
     * @param changes Dockerfile instructions that set its config: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD,
     *     SHELL, STOPSIGNAL, USER, VOLUME, WORKDIR
     * @param message the comment of its history
     * @param platform null for the host's
     */
    public record Asked(@Nullable ImageReference reference, List<String> changes, String message, @Nullable Platform platform) {}

    /**
     * Imports a tar, plain or compressed, as an image of one layer.
     *
     * @throws io.berth.error.PayloadTooLargeException it has more bytes than are taken
     */
    public Image importRootfs(InputStream tar, Asked asked) {
        Draft draft = draft(asked);
        return operations.run(OperationKind.IMPORT, draft.subject(), null, progress -> take(tar, draft, progress));
    }

    /**
     * As {@link #importRootfs}, from a web server.
     *
     * @param url without a scheme it is one without TLS, as Docker has it
     * @throws EngineException the server does not give the archive
     */
    public Image importFrom(String url, Asked asked, ImportListener listener) {
        Draft draft = draft(asked);
        return operations.run(OperationKind.IMPORT, draft.subject(), null, progress -> {
            try (WebArchive archive = open(url)) {
                listener.begins(url);
                return take(new CountedInput(archive.body(), read -> listener.read(read, archive.totalBytes())), draft, progress);
            } catch (IOException failure) {
                throw new InternalException("import from " + url + ": " + PullErrors.reason(failure), failure);
            }
        });
    }

    private WebArchive open(String url) throws IOException {
        try {
            return web.open(url);
        } catch (UnknownHostException unknown) {
            throw new NotFoundException("Get \"" + url + "\": dial tcp: " + PullErrors.reason(unknown), unknown);
        } catch (ConnectException refused) {
            throw new InternalException("Get \"" + url + "\": " + PullErrors.reason(refused), refused);
        }
    }

    /** What is asked for, looked at before a byte of the archive is. */
    private record Draft(RunConfig config, List<ImageReference> names, String message, Platform platform) {

        String subject() {
            return names.isEmpty() ? "an image without a name" : names.getFirst().familiar();
        }
    }

    private static Draft draft(Asked asked) {
        List<ImageReference> names = asked.reference() == null ? List.of() : List.of(Catalog.taggable(asked.reference()));
        return new Draft(ConfigChanges.apply(RunConfig.EMPTY, asked.changes()), names, asked.message(),
                asked.platform() == null ? Platform.host() : asked.platform());
    }

    private Image take(InputStream tar, Draft draft, Progress progress) {
        boolean done = false;
        InputStream watched = new WatchedInput(new LimitedInput(tar, properties.importLimit().toBytes()), progress);
        try (LayerLeases.Lease lease = leases.take(); LayerIntake intake = new LayerIntake(snapshotter, blobs, lease)) {
            StoredLayer layer = intake.takeBase(watched);
            Instant now = clock.instant();
            byte[] document = document(layer, draft, now);
            try (BlobWriter writer = blobs.writer()) {
                writer.write(document);
                intake.stageBlob(writer.seal());
            }
            progress.cancel().throwIfCancelled();
            intake.commit();
            var image = new StoredImage(Digest.of(document), ImageConfig.parse(document), List.of(layer), draft.names(), null);
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

    private static byte[] document(StoredLayer layer, Draft draft, Instant now) {
        Platform platform = draft.platform();
        var history = new HistoryEntry(now, "", "", draft.message(), false);
        return new ImageConfig(now, "", platform.architecture(), platform.variant() == null ? "" : platform.variant(),
                platform.os(), draft.config(), new ImageConfig.RootFs(List.of(layer.diffId())), List.of(history)).toJson();
    }
}
