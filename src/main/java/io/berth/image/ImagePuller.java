package io.berth.image;

import io.berth.error.EngineException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.image.registry.RegistryClient;
import io.berth.image.registry.RegistryClient.Document;
import io.berth.image.registry.RegistryConnections;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import io.berth.oci.Platform;
import io.berth.operation.Operation;
import io.berth.operation.OperationKind;
import io.berth.operation.Operations;
import io.berth.operation.Progress;
import io.berth.storage.BlobStore;
import io.berth.storage.BlobWriter;
import io.berth.storage.ChainId;
import io.berth.storage.Snapshotter;
import io.berth.storage.StagedBlob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Brings images from registries: all of one or nothing of it, and of its layers only those that no image has. Safe for use by many
 * threads.
 */
@Component
public class ImagePuller {

    private static final Logger LOG = LoggerFactory.getLogger(ImagePuller.class);

    private final RegistryConnections registries;
    private final BlobDownloads downloads;
    private final ImageStore store;
    private final LayerLeases leases;
    private final Snapshotter snapshotter;
    private final BlobStore blobs;
    private final Operations operations;

    ImagePuller(RegistryConnections registries, BlobDownloads downloads, ImageStore store, LayerLeases leases, Snapshotter snapshotter,
            BlobStore blobs, Operations operations) {
        this.registries = registries;
        this.downloads = downloads;
        this.store = store;
        this.leases = leases;
        this.snapshotter = snapshotter;
        this.blobs = blobs;
        this.operations = operations;
    }

    /**
     * Pulls one image; it survives a power cut when this returns.
     *
     * @param reference with a tag or a digest
     * @param platform null for the host's
     * @param credentials null for none
     * @throws NotFoundException the registry has no such image, not for this platform, or not for this client
     */
    public PulledImage pull(ImageReference reference, @Nullable Platform platform, @Nullable RegistryCredentials credentials,
            PullListener listener) {
        return operations.run(OperationKind.PULL, reference.familiar(), null,
                progress -> pull(reference, platform, credentials, listener, progress));
    }

    /**
     * Pulls all tags of a repository, one after the other, as one operation. Those that came before one that fails stay.
     *
     * @param platform null for the host's
     * @param credentials null for none
     * @throws NotFoundException the registry has no such repository, or not for this client
     */
    public List<PulledImage> pullAll(ImageReference repository, @Nullable Platform platform, @Nullable RegistryCredentials credentials,
            PullListener listener) {
        return operations.run(OperationKind.PULL, repository.familiarRepository(), null, progress -> {
            var pulled = new ArrayList<PulledImage>();
            for (ImageReference tag : tags(repository, credentials, new WatchedPull(progress, listener))) {
                progress.cancel().throwIfCancelled();
                pulled.add(pull(tag, platform, credentials, listener, progress));
            }
            return pulled;
        });
    }

    private List<ImageReference> tags(ImageReference repository, @Nullable RegistryCredentials credentials, WatchedPull listener) {
        try {
            List<String> tags = listener.ask(() -> tags(repository, credentials));
            if (tags.isEmpty()) {
                throw new NotFoundException("manifest for " + repository.familiar() + " not found: the repository has no tags");
            }
            return tags.stream().sorted().map(repository::withTag).toList();
        } catch (IOException failure) {
            throw PullErrors.translate(repository, failure);
        }
    }

    /** What the registry, or a mirror of it, has in a repository. */
    private List<String> tags(ImageReference repository, @Nullable RegistryCredentials credentials) throws IOException {
        for (RegistryClient mirror : registries.mirrorsOf(repository.domain())) {
            try {
                List<String> tags = mirror.tags(repository.path());
                if (!tags.isEmpty()) {
                    return tags;
                }
            } catch (IOException | EngineException failure) {
                LOG.info("mirror {} cannot give the tags of {}: {}", mirror.authority(), repository, failure.getMessage());
            }
        }
        return registries.open(repository.domain(), credentials).tags(repository.path());
    }

    /** Begins a pull that is heard of by its operation alone; the rest is as with {@code pull}. @param begunBy the account */
    public Operation begin(ImageReference reference, @Nullable Platform platform, @Nullable RegistryCredentials credentials, String begunBy) {
        return operations.start(OperationKind.PULL, reference.familiar(), begunBy,
                progress -> pull(reference, platform, credentials, new PullListener() { }, progress));
    }

    private PulledImage pull(ImageReference reference, @Nullable Platform platform, @Nullable RegistryCredentials credentials,
            PullListener client, Progress progress) {
        var listener = new WatchedPull(progress, client);
        try {
            RemoteImage remote = listener.ask(() -> find(reference, platform == null ? Platform.host() : platform, credentials));
            listener.begins(reference);
            PulledImage pulled = bring(reference, remote, listener);
            listener.pulled(pulled);
            return pulled;
        } catch (IOException failure) {
            throw PullErrors.translate(reference, failure);
        } catch (RuntimeException failure) {
            throw listener.explained(failure);
        }
    }

    /** What the registry, or a mirror of it, has under a name. */
    RemoteImage find(ImageReference reference, Platform platform, @Nullable RegistryCredentials credentials) throws IOException {
        for (RegistryClient mirror : registries.mirrorsOf(reference.domain())) {
            try {
                return RemoteImage.find(mirror, reference, platform);
            } catch (IOException | EngineException failure) {
                LOG.info("mirror {} cannot give {}: {}", mirror.authority(), reference, failure.getMessage());
            }
        }
        return RemoteImage.find(registries.open(reference.domain(), credentials), reference, platform);
    }

    private PulledImage bring(ImageReference reference, RemoteImage remote, WatchedPull listener) throws IOException {
        boolean done = false;
        try (LayerLeases.Lease lease = leases.take(); LayerIntake intake = new LayerIntake(snapshotter, blobs, lease)) {
            lease.addBlob(remote.id());
            StoredImage known = known(remote);
            StoredImage image = known == null ? fetch(remote, intake, lease, listener) : known;
            List<Descriptor> documents = keep(remote, known, intake);
            boolean isNew = store.catalog().byReference(nameOf(reference)).filter(now -> now.id().equals(remote.id())).isEmpty();
            listener.throwIfCancelled();
            intake.commit();
            var names = new ArrayList<>(List.of(reference.withDigest(remote.digest())));
            if (reference.digest() == null) {
                names.add(reference);
            }
            StoredImage stored = store.add(List.of(new StoredImage(image.id(), image.config(), image.layers(), names, null, documents)), "pull")
                    .getFirst();
            done = true;
            // What was not kept as it came, since it came plain.
            remote.layers().forEach(layer -> downloads.forget(layer.digest()));
            return new PulledImage(stored.toImage(), reference, remote.digest(), isNew);
        } catch (EngineException failure) {
            if (!listener.isCancelled()) {
                // What came is not what it should be, or there is no place for its files: it need not be kept for the next try.
                remote.layers().forEach(layer -> downloads.forget(layer.digest()));
            }
            throw failure;
        } finally {
            if (!done) {
                leases.collect();
            }
        }
    }

    /** The image if it is here with all that belongs to it: then no layer of it is fetched. */
    @Nullable StoredImage known(RemoteImage remote) {
        return store.catalog().byId(remote.id()).filter(this::isWhole).orElse(null);
    }

    private boolean isWhole(StoredImage image) {
        return store.hasBlobs(image) && ChainId.ofLayers(image.diffIds()).stream().allMatch(snapshotter::has);
    }

    /** Keeps what says what the image is, so that it can be passed on as it came. */
    private List<Descriptor> keep(RemoteImage remote, @Nullable StoredImage known, LayerIntake intake) throws IOException {
        var there = known == null ? Set.<Digest>of() : known.documents().stream().map(Descriptor::digest).collect(Collectors.toSet());
        var documents = new ArrayList<>(Attestations.fetch(remote, there));
        documents.addAll(remote.documents());
        for (Document document : documents) {
            try (BlobWriter writer = blobs.writer()) {
                writer.write(document.bytes());
                intake.stageBlob(writer.seal());
            }
        }
        return documents.stream().map(document -> new Descriptor(document.mediaType(), document.digest(), document.bytes().length)).distinct().toList();
    }

    private static ImageReference nameOf(ImageReference reference) {
        return Catalog.nameOf(reference);
    }

    private StoredImage fetch(RemoteImage remote, LayerIntake intake, LayerLeases.Lease lease, WatchedPull listener)
            throws IOException {
        List<Digest> diffIds = remote.config().diffIds();
        List<ChainId> chain = ChainId.ofLayers(diffIds);
        lease.addChains(chain);
        var tickets = new ArrayList<BlobDownloads.@Nullable Ticket>();
        try {
            for (int i = 0; i < diffIds.size(); i++) {
                tickets.add(begin(remote, i, chain.get(i), intake, lease, listener));
            }
            var layers = new ArrayList<StoredLayer>();
            for (int i = 0; i < diffIds.size(); i++) {
                layers.add(take(remote, i, chain.subList(0, i), tickets.get(i), intake, listener));
            }
            try (BlobWriter writer = blobs.writer()) {
                writer.write(remote.configBytes());
                intake.stageBlob(writer.seal());
            }
            return new StoredImage(remote.id(), remote.config(), layers, List.of(), null);
        } finally {
            tickets.stream().filter(ticket -> ticket != null).forEach(BlobDownloads.Ticket::leave);
        }
    }

    /** Has the layer fetched; null when it is there, or is one of this image's that is fetched already. */
    private BlobDownloads.@Nullable Ticket begin(RemoteImage remote, int index, ChainId chain, LayerIntake intake, LayerLeases.Lease lease,
            PullListener listener) {
        Descriptor blob = remote.layers().get(index);
        Digest diffId = remote.config().diffIds().get(index);
        lease.addBlob(blob.digest());
        store.catalog().layer(diffId).ifPresent(layer -> lease.addBlob(layer.blob().digest()));
        store.catalog().layer(diffId).filter(layer -> blobs.has(layer.blob().digest())).ifPresent(intake::know);
        if (intake.known(diffId) != null && snapshotter.has(chain)) {
            listener.layer(blob.digest(), PullListener.Step.ALREADY_THERE, 0, blob.size());
            return null;
        }
        listener.layer(blob.digest(), PullListener.Step.WAITS, 0, blob.size());
        if (intake.known(diffId) != null || blobs.has(blob.digest())) {
            return null;
        }
        return downloads.fetch(remote.client(), remote.repository(), blob,
                (step, current, total) -> listener.layer(blob.digest(), step, current, total));
    }

    private StoredLayer take(RemoteImage remote, int index, List<ChainId> below, BlobDownloads.@Nullable Ticket ticket, LayerIntake intake,
            WatchedPull listener) throws IOException {
        Descriptor blob = remote.layers().get(index);
        Digest diffId = remote.config().diffIds().get(index);
        ChainId chain = below.isEmpty() ? ChainId.ofBase(diffId) : below.getLast().plus(diffId);
        StoredLayer known = intake.known(diffId);
        if (known != null && intake.hasFiles(chain)) {
            return known;
        }
        StagedBlob staged = ticket == null ? null : listener.await(ticket.result(), "download failed");
        listener.layer(blob.digest(), PullListener.Step.UNPACKS, 0, blob.size());
        try (var bytes = staged != null ? staged.open() : blobs.open(known == null ? blob.digest() : known.blob().digest())) {
            var counted = new CountedInput(bytes, read -> listener.layer(blob.digest(), PullListener.Step.UNPACKS, read, blob.size()));
            StoredLayer layer = intake.take(diffId, below, counted, staged);
            listener.layer(blob.digest(), PullListener.Step.DONE, blob.size(), blob.size());
            return layer;
        }
    }

    /**
     * What a registry has under a name, without fetching it.
     *
     * @param reference with a tag or a digest
     * @throws NotFoundException it has nothing there, or not for this client
     */
    public Offer offer(ImageReference reference, @Nullable RegistryCredentials credentials) {
        try {
            return Offer.of(registries.open(reference.domain(), credentials), reference);
        } catch (IOException failure) {
            throw PullErrors.translate(reference, failure);
        }
    }

    /** Whether the registry takes these credentials. @param address the registry, {@code host[:port]}, with or without scheme and path */
    public void login(String address, RegistryCredentials credentials) {
        String domain = domainOf(address);
        try {
            registries.open(domain, credentials).login();
        } catch (IOException failure) {
            throw PullErrors.login(domain, failure);
        }
    }

    /**
     * Whether the registry takes what an account of this service gives for it.
     *
     * @throws InvalidArgumentException it does not; no refusal of this service, so no {@code UnauthorizedException}
     * @throws RegistryFailedException it cannot be asked
     */
    void check(String domain, RegistryCredentials credentials) {
        try {
            registries.open(domain, credentials).login();
        } catch (IOException failure) {
            throw PullErrors.check(domain, failure);
        }
    }

    /** {@code https://index.docker.io/v1/} is what clients say for Docker Hub. */
    static String domainOf(String address) {
        String bare = address.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        String domain = bare.isEmpty() || bare.equals("index.docker.io") || bare.equals("registry-1.docker.io") ? "docker.io" : bare;
        if (!ImageReference.parse(domain.equals("docker.io") ? "docker.io/library/any" : domain + "/any").domain().equals(domain)) {
            throw new InvalidArgumentException("invalid registry address: " + bare + " is not host[:port]");
        }
        return domain;
    }
}
