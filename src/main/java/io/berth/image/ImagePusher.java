package io.berth.image;

import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.image.registry.RegistryConnections;
import io.berth.image.registry.RegistryUploads;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageIndex;
import io.berth.oci.ImageReference;
import io.berth.oci.Manifest;
import io.berth.oci.MediaTypes;
import io.berth.oci.Platform;
import io.berth.operation.OperationKind;
import io.berth.operation.Operations;
import io.berth.storage.BlobStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Brings images to registries: as they came, when they came from one, else with a manifest that is made here. A tag is put there last, so
 * that it never leads to half an image. Safe for use by many threads.
 */
@Component
public class ImagePusher {

    private final RegistryConnections registries;
    private final LayerUploads uploads;
    private final ImageStore store;
    private final LayerLeases leases;
    private final BlobStore blobs;
    private final Operations operations;

    ImagePusher(RegistryConnections registries, LayerUploads uploads, ImageStore store, LayerLeases leases, BlobStore blobs,
            Operations operations) {
        this.registries = registries;
        this.uploads = uploads;
        this.store = store;
        this.leases = leases;
        this.blobs = blobs;
        this.operations = operations;
    }

    /**
     * Pushes one tag, or all of a repository one after the other.
     *
     * @param name with a tag, or without for all
     * @param platform that the images have to be for; null for the one that they are for, and the index that they came with
     * @param credentials null for none
     * @throws NotFoundException there is no such image here, or not for this platform
     */
    public void push(ImageReference name, @Nullable Platform platform, @Nullable RegistryCredentials credentials, PushListener listener) {
        operations.run(OperationKind.PUSH, name.familiar(), null, progress -> {
            pushTags(name, platform, credentials, new WatchedPush(progress, listener));
            return name;
        });
    }

    private void pushTags(ImageReference name, @Nullable Platform platform, @Nullable RegistryCredentials credentials, PushListener listener) {
        List<ImageReference> tags = tagsOf(name);
        tags.forEach(tag -> require(tag).toImage().requireFor(platform, tag.familiar()));
        RegistryUploads registry = registries.open(name.domain(), credentials).uploads();
        listener.begins(name);
        for (ImageReference tag : tags) {
            try {
                listener.pushed(push(registry, tag, platform != null, listener));
            } catch (IOException failure) {
                throw PushErrors.translate(tag, failure);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new InternalException("push was stopped", stopped);
            }
        }
    }

    private List<ImageReference> tagsOf(ImageReference name) {
        if (name.digest() != null) {
            throw new InvalidArgumentException("cannot push a digest reference");
        }
        List<ImageReference> tags = store.catalog().images().stream().flatMap(image -> image.tagsIn(name).stream()).sorted().toList();
        if (tags.isEmpty()) {
            throw new NotFoundException("An image does not exist locally with the tag: " + name.familiarRepository());
        }
        if (name.tag() == null) {
            return tags;
        }
        if (!tags.contains(name)) {
            throw noSuch(name);
        }
        return List.of(name);
    }

    private StoredImage require(ImageReference tag) {
        return store.catalog().byReference(tag).orElseThrow(() -> noSuch(tag));
    }

    private static NotFoundException noSuch(ImageReference tag) {
        return new NotFoundException("tag does not exist: " + tag.familiar());
    }

    private PushedImage push(RegistryUploads registry, ImageReference tag, boolean isOnePlatform, PushListener listener)
            throws IOException, InterruptedException {
        try (LayerLeases.Lease lease = leases.take()) {
            StoredImage image = leased(tag, lease);
            KeptManifest kept = KeptManifest.of(image, blobs, tag);
            List<Descriptor> layers = uploads.send(registry, tag, image, kept == null ? forms(image) : List.copyOf(kept.manifest().layers()), listener);
            byte[] config = store.configBytes(image.id());
            var configDescriptor = new Descriptor(MediaTypes.OCI_CONFIG, image.id(), config.length);
            sendBlob(registry, tag, configDescriptor, store.catalog().repositoriesBeside(tag, other -> other.id().equals(image.id())));
            Descriptor sent = kept != null && kept.isOf(layers)
                    ? putKept(registry, tag, image, isOnePlatform ? new KeptManifest(kept.document(), kept.manifest(), null) : kept, listener)
                    : putMade(registry, tag, configDescriptor, layers);
            store.pushed(image.id(), tag, sent.digest());
            return new PushedImage(image.toImage(), tag, sent);
        }
    }

    private StoredImage leased(ImageReference tag, LayerLeases.Lease lease) {
        StoredImage image = require(tag);
        lease.addBlob(image.id());
        image.layers().forEach(layer -> lease.addBlob(layer.blob().digest()));
        image.documents().forEach(document -> lease.addBlob(document.digest()));
        // Looked at again: what was leased too late may have been collected in between.
        if (!require(tag).id().equals(image.id())) {
            throw noSuch(tag);
        }
        return image;
    }

    /** As gzip, which every client reads: what came so, and what others were made to before. */
    private static List<@Nullable Descriptor> forms(StoredImage image) {
        var forms = new ArrayList<@Nullable Descriptor>();
        for (StoredLayer layer : image.layers()) {
            forms.add(layer.blob().mediaType().equals(MediaTypes.OCI_LAYER_GZIP) ? layer.blob() : layer.packed());
        }
        return forms;
    }

    /** @param origins other repositories that may have it */
    private void sendBlob(RegistryUploads registry, ImageReference target, Descriptor blob, List<String> origins)
            throws IOException, InterruptedException {
        var upload = new BlobUpload(registry, target.path(), (step, current, total) -> { });
        if (!upload.isThere(blob.digest()) && upload.mount(blob.digest(), origins) == null) {
            upload.send(blob, () -> blobs.open(blob.digest()));
        }
    }

    private static Descriptor putMade(RegistryUploads registry, ImageReference tag, Descriptor config, List<Descriptor> layers) throws IOException {
        byte[] bytes = Manifest.ofOci(config, layers).toJson();
        var descriptor = new Descriptor(MediaTypes.OCI_MANIFEST, Digest.of(bytes), bytes.length);
        registry.put(tag.path(), String.valueOf(tag.tag()), descriptor, bytes);
        return descriptor;
    }

    private Descriptor putKept(RegistryUploads registry, ImageReference tag, StoredImage image, KeptManifest kept, PushListener listener)
            throws IOException, InterruptedException {
        KeptManifest.Document index = kept.index();
        if (index != null && isComplete(registry, tag, image, index, kept.document().descriptor().digest())) {
            put(registry, tag, kept.document().descriptor().digest().toString(), kept.document());
            put(registry, tag, String.valueOf(tag.tag()), index);
            return index.descriptor();
        }
        put(registry, tag, String.valueOf(tag.tag()), kept.document());
        if (index != null) {
            listener.pushedInsteadOfIndex(index.descriptor(), kept.document().descriptor());
        }
        return kept.document().descriptor();
    }

    private static void put(RegistryUploads registry, ImageReference target, String reference, KeptManifest.Document document) throws IOException {
        registry.put(target.path(), reference, document.descriptor(), document.bytes());
    }

    /** Whether the registry has all that an index lists, with what can be given to it from here; a registry takes no index otherwise. */
    private boolean isComplete(RegistryUploads registry, ImageReference target, StoredImage image, KeptManifest.Document index, Digest own)
            throws IOException, InterruptedException {
        for (Descriptor entry : ImageIndex.parse(index.bytes()).manifests()) {
            boolean isThere = entry.digest().equals(own) || registry.hasManifest(target.path(), entry.digest())
                    || sendDocument(registry, target, image, entry.digest());
            if (!isThere) {
                return false;
            }
        }
        return true;
    }

    /** Sends an attestation that was kept; false when it, or what it consists of, was not. */
    private boolean sendDocument(RegistryUploads registry, ImageReference target, StoredImage image, Digest digest)
            throws IOException, InterruptedException {
        Optional<Descriptor> kept = image.documents().stream()
                .filter(document -> document.digest().equals(digest) && MediaTypes.isManifest(document.mediaType())).findFirst();
        if (kept.isEmpty() || !blobs.has(digest)) {
            return false;
        }
        KeptManifest.Document document = KeptManifest.read(kept.get(), blobs);
        List<Descriptor> parts = Attestations.parts(Manifest.parse(document.bytes()));
        // No other blobs than those that came with it, whatever it says that it consists of.
        var came = image.documents().stream().map(Descriptor::digest).toList();
        if (!parts.stream().allMatch(part -> came.contains(part.digest()) && blobs.has(part.digest()))) {
            return false;
        }
        for (Descriptor part : parts) {
            sendBlob(registry, target, part, List.of());
        }
        put(registry, target, digest.toString(), document);
        return true;
    }
}
