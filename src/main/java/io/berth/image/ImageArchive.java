package io.berth.image;

import io.berth.archive.ArchiveLimits;
import io.berth.archive.Compression;
import io.berth.archive.Decompressed;
import io.berth.archive.WatchedInput;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import io.berth.oci.Platform;
import io.berth.operation.LayerStep;
import io.berth.operation.OperationKind;
import io.berth.operation.Operations;
import io.berth.operation.Progress;
import io.berth.storage.BlobStore;
import io.berth.storage.ChainId;
import io.berth.storage.Snapshotter;
import io.berth.storage.StagedBlob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Images as one tar: what {@code docker save} writes and {@code docker load} reads. Safe for use by many threads.
 */
@Component
public class ImageArchive {

    private final ImageStore store;
    private final Images images;
    private final LayerLeases leases;
    private final Snapshotter snapshotter;
    private final BlobStore blobs;
    private final Operations operations;

    ImageArchive(ImageStore store, Images images, LayerLeases leases, Snapshotter snapshotter, BlobStore blobs, Operations operations) {
        this.store = store;
        this.images = images;
        this.leases = leases;
        this.snapshotter = snapshotter;
        this.blobs = blobs;
        this.operations = operations;
    }

    /**
     * Reads a docker-archive or an OCI layout, plain or compressed. All images of the archive come in, or none and nothing of
     * them; a layer that is there already is not unpacked again. {@link InvalidArgumentException} when the archive is corrupt,
     * truncated or beyond the limits.
     *
     * @param platform images for others are left out; null for all of a docker-archive, and the host's of an OCI layout
     */
    public List<LoadedImage> load(InputStream in, @Nullable Platform platform, LoadListener listener) {
        return operations.run(OperationKind.LOAD, "an archive", null,
                progress -> load(new WatchedInput(in, progress), platform, watched(listener, progress), progress));
    }

    private static LoadListener watched(LoadListener client, Progress progress) {
        return new LoadListener() {
            @Override
            public void layer(Digest diffId, long readBytes, long totalBytes) {
                progress.cancel().throwIfCancelled();
                progress.layer(diffId.toString(), readBytes < totalBytes ? LayerStep.UNPACKS : LayerStep.DONE, readBytes, totalBytes);
                client.layer(diffId, readBytes, totalBytes);
            }

            @Override
            public void loaded(LoadedImage image) {
                client.loaded(image);
            }
        };
    }

    /** What an operation is about: the names in an archive. */
    private static String subject(List<ArchivedImage> archived) {
        var names = archived.stream().flatMap(image -> image.names().stream()).map(ImageReference::familiar).distinct().toList();
        return names.isEmpty() ? "an image without a name" : String.join(", ", names);
    }

    private List<LoadedImage> load(InputStream in, @Nullable Platform platform, LoadListener listener, Progress progress) {
        boolean done = false;
        try (LayerLeases.Lease lease = leases.take();
                ArchiveSpool spool = new ArchiveSpool(blobs, digest -> isInStore(digest, lease));
                LayerIntake intake = new LayerIntake(snapshotter, blobs, lease)) {
            try (Decompressed plain = Compression.decompress(in, ArchiveLimits.DEFAULT)) {
                spool.read(plain);
                plain.drain();
            }
            List<ArchivedImage> archived = contents(spool, platform);
            progress.subject(subject(archived));
            var stored = new LinkedHashMap<Digest, StoredImage>();
            for (ArchivedImage image : archived) {
                StoredImage one = take(image, spool, intake, lease, listener);
                stored.merge(one.id(), one, ImageArchive::withNamesOf);
            }
            progress.cancel().throwIfCancelled();
            intake.commit();
            List<LoadedImage> loaded = stored.values().stream().map(this::loaded).toList();
            store.add(stored.values(), "load");
            done = true;
            loaded.forEach(listener::loaded);
            return loaded;
        } catch (IOException e) {
            throw new InternalException("load images: " + e.getMessage(), e);
        } finally {
            if (!done) {
                leases.collect();
            }
        }
    }

    /** Whether content need not come again: a blob, or a plain layer that can be made of one. */
    private boolean isInStore(Digest digest, LayerLeases.Lease lease) {
        lease.addBlob(digest);
        @Nullable StoredLayer layer = store.catalog().layer(digest).orElse(null);
        if (layer != null) {
            lease.addBlob(layer.blob().digest());
        }
        return blobs.has(digest) || layer != null && blobs.has(layer.blob().digest());
    }

    private static List<ArchivedImage> contents(ArchiveSpool spool, @Nullable Platform platform) throws IOException {
        if (spool.find(DockerArchive.MANIFEST).isPresent()) {
            return DockerArchive.read(spool, platform);
        }
        if (spool.find(OciLayout.INDEX).isPresent()) {
            return OciLayout.read(spool, platform);
        }
        throw new InvalidArgumentException("invalid archive: it has neither " + DockerArchive.MANIFEST + " nor " + OciLayout.INDEX);
    }

    private StoredImage take(ArchivedImage image, ArchiveSpool spool, LayerIntake intake, LayerLeases.Lease lease,
            LoadListener listener) throws IOException {
        List<Digest> diffIds = image.config().diffIds();
        List<ChainId> chain = ChainId.ofLayers(diffIds);
        lease.addChains(chain);
        var layers = new ArrayList<StoredLayer>();
        for (int i = 0; i < diffIds.size(); i++) {
            layers.add(takeLayer(diffIds.get(i), chain.subList(0, i + 1), image.layers().get(i), spool, intake, listener));
        }
        Digest id = image.configMember().digest();
        lease.addBlob(id);
        @Nullable StagedBlob config = spool.release(image.configMember());
        if (config != null) {
            intake.stageBlob(config);
        }
        return new StoredImage(id, image.config(), layers, image.names(), null);
    }

    private StoredLayer takeLayer(Digest diffId, List<ChainId> chain, ArchiveSpool.Member member, ArchiveSpool spool,
            LayerIntake intake, LoadListener listener) throws IOException {
        store.catalog().layer(diffId).filter(layer -> blobs.has(layer.blob().digest())).ifPresent(intake::know);
        @Nullable StoredLayer known = intake.known(diffId);
        if (known != null && intake.hasFiles(chain.getLast())) {
            return known;
        }
        try (InputStream bytes = openLayer(diffId, member, spool, intake)) {
            @Nullable StagedBlob original = known == null ? spool.release(member) : null;
            var counted = new CountedInput(bytes, read -> listener.layer(diffId, read, member.size()));
            return intake.take(diffId, chain.subList(0, chain.size() - 1), counted, original);
        }
    }

    private InputStream openLayer(Digest diffId, ArchiveSpool.Member member, ArchiveSpool spool, LayerIntake intake)
            throws IOException {
        if (member.staged() != null || blobs.has(member.digest())) {
            return spool.open(member);
        }
        // Only the compressed form of a plain member is in the store.
        @Nullable StoredLayer known = intake.known(diffId);
        if (known == null || !member.digest().equals(diffId)) {
            throw new InvalidArgumentException("archive is corrupt: layer " + diffId + " has other content than its name says");
        }
        return blobs.open(known.blob().digest());
    }

    private static StoredImage withNamesOf(StoredImage first, StoredImage second) {
        var names = new ArrayList<>(first.references());
        names.addAll(second.references());
        return new StoredImage(first.id(), first.config(), first.layers(), names, null);
    }

    /** What is to be told of an image that is about to come in, with those that lose their names to it. */
    private LoadedImage loaded(StoredImage image) {
        var losers = new LinkedHashMap<ImageReference, Digest>();
        for (ImageReference name : image.references()) {
            store.catalog().byReference(name).map(StoredImage::id).filter(before -> !before.equals(image.id())).ifPresent(before -> losers.put(name, before));
        }
        return new LoadedImage(image.id(), List.copyOf(image.references()), losers);
    }

    /**
     * Looks up what {@link #save} is asked for.
     *
     * @param refs names or ids; a repository without a tag is all that is tagged in it
     * @param platform null for any
     */
    public void require(List<String> refs, @Nullable Platform platform) {
        for (String ref : refs) {
            if (images.meant(ref).stream().anyMatch(one -> !one.image().config().isFor(platform))) {
                throw new NotFoundException("no suitable export target found for platform " + platform);
            }
        }
    }

    /**
     * Writes these images as docker-archive and OCI layout in one. All are looked up before the first byte is written. The stream stays open.
     *
     * @param refs as for {@link #require}
     */
    public void save(List<String> refs, OutputStream out) {
        try (LayerLeases.Lease lease = leases.take()) {
            var writer = new ArchiveWriter(store, blobs);
            refs.forEach(ref -> images.meant(ref).forEach(one -> writer.add(one.image(), one.names(), lease)));
            writer.write(out);
            writer.images().forEach(image -> store.record("save", image));
        } catch (IOException e) {
            throw new InternalException("save images: " + e.getMessage(), e);
        }
    }
}
