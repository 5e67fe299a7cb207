package io.berth.image;

import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.NotFoundException;
import io.berth.error.UnavailableException;
import io.berth.image.registry.RegistryException;
import io.berth.instance.Instance;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import io.berth.oci.Platform;
import io.berth.storage.BlobStore;
import io.berth.storage.ChainId;
import io.berth.storage.Snapshotter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Tells what a pull would fetch and change, without doing it. Safe for use by many threads. */
@Component
public class PullPlanner {

    /** How many times its compressed size a layer is taken to have when it is unpacked. */
    static final int EXPANSION = 3;

    private final ImagePuller puller;
    private final ImageStore store;
    private final Snapshotter snapshotter;
    private final BlobStore blobs;
    private final Path dataRoot;
    private final ObjectProvider<ImageUsers> users;

    PullPlanner(ImagePuller puller, ImageStore store, Snapshotter snapshotter, BlobStore blobs, Instance instance, ObjectProvider<ImageUsers> users) {
        this.puller = puller;
        this.store = store;
        this.snapshotter = snapshotter;
        this.blobs = blobs;
        this.dataRoot = instance.dataRoot();
        this.users = users;
    }

    /**
     * Asks the registry what it has under a name and compares it with what is here.
     *
     * @param reference with a tag or a digest
     * @param platform null for the host's
     * @throws NotFoundException the registry has no such image, or not for this platform
     * @throws ForbiddenException it does not give it to this client
     * @throws UnavailableException it was asked too often
     * @throws RegistryFailedException it cannot be reached, or gives what is no image
     */
    public PullPlan plan(ImageReference reference, @Nullable Platform platform, @Nullable RegistryCredentials credentials) {
        try {
            return planOf(reference, puller.find(reference, platform == null ? Platform.host() : platform, credentials));
        } catch (RegistryException refused) {
            throw switch (refused.status()) {
                case 401, 403 -> new ForbiddenException("the registry " + reference.domain() + " does not give " + reference.familiar()
                        + " to this client: " + refused.getMessage(), refused);
                case 404 -> new NotFoundException("the registry " + reference.domain() + " has no " + reference.familiar() + ": " + refused.getMessage(), refused);
                case 429 -> new UnavailableException(refused.getMessage(), refused);
                default -> new RegistryFailedException("the registry " + reference.domain() + " failed: " + refused.getMessage(), refused);
            };
        } catch (IOException failure) {
            throw new RegistryFailedException("the registry " + reference.domain() + " cannot be asked: " + PullErrors.reason(failure), failure);
        }
    }

    private PullPlan planOf(ImageReference reference, RemoteImage remote) {
        Catalog catalog = store.catalog();
        boolean isKnown = puller.known(remote) != null;
        List<ChainId> chain = ChainId.ofLayers(remote.config().diffIds());
        var layers = new ArrayList<PullPlan.Layer>();
        var counted = new HashSet<Digest>();
        long fetch = 0;
        long needed = 0;
        for (int i = 0; i < chain.size(); i++) {
            Descriptor blob = remote.layers().get(i);
            boolean isFirst = counted.add(blob.digest());
            long missing = isKnown || !isFirst ? 0 : missing(blob, remote.config().diffIds().get(i), catalog);
            layers.add(new PullPlan.Layer(blob.digest(), blob.size(), missing));
            fetch += missing;
            needed += missing + (isKnown || snapshotter.has(chain.get(i)) ? 0 : blob.size() * EXPANSION);
        }
        StoredImage before = catalog.byReference(Catalog.nameOf(reference)).filter(image -> !image.id().equals(remote.id())).orElse(null);
        return new PullPlan(reference, remote.id(), remote.digest(), layers, fetch, needed, free(), before == null ? null : before.toImage(),
                before == null ? List.of() : users.stream().flatMap(port -> port.usersOf(before.id()).stream()).toList());
    }

    /** As {@link ImagePuller} decides it. */
    private long missing(Descriptor blob, Digest diffId, Catalog catalog) {
        boolean isHere = blobs.has(blob.digest()) || catalog.layer(diffId).filter(layer -> blobs.has(layer.blob().digest())).isPresent();
        long partial = isHere ? 0 : blobs.partialBytes(blob.digest());
        return isHere ? 0 : blob.size() - (partial > blob.size() ? 0 : partial);
    }

    private long free() {
        try {
            return Files.getFileStore(dataRoot).getUsableSpace();
        } catch (IOException failure) {
            throw new InternalException("look at the disk of " + dataRoot + ": " + failure.getMessage(), failure);
        }
    }
}
