package io.berth.image;

import io.berth.error.ConflictException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.oci.Digest;
import io.berth.oci.HistoryEntry;
import io.berth.oci.ImageReference;
import io.berth.oci.Platform;
import io.berth.storage.BlobStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * The images of this host: records in, records out. A reference given by a user is a name, an id, or the start of an id,
 * tried in this order. Safe for use by many threads.
 */
@Component
public class Images {

    private static final Pattern FULL_ID = Pattern.compile("(?:sha256:)?[0-9a-f]{64}");

    private final ImageStore store;
    private final LayerLeases leases;
    private final BlobStore blobs;
    private final ObjectProvider<ImageUsers> users;

    Images(ImageStore store, LayerLeases leases, BlobStore blobs, ObjectProvider<ImageUsers> users) {
        this.store = store;
        this.leases = leases;
        this.blobs = blobs;
        this.users = users;
    }

    /** The image that {@code ref} names; {@link NotFoundException} {@code No such image: x:latest} when there is none. */
    public Image require(String ref) {
        return requireStored(ref).toImage();
    }

    /** As {@link #require(String)}, if it is for this platform. @param platform null for any */
    public Image require(String ref, @Nullable Platform platform) {
        return require(ref).requireFor(platform, ref);
    }

    /** The image that {@code ref} names, if any; {@link InvalidArgumentException} when it cannot be a reference. */
    public Optional<Image> find(String ref) {
        return store.catalog().find(ref, nameOf(ref)).map(StoredImage::toImage);
    }

    /** The image with this id, if it is in the store. */
    public Optional<Image> find(Digest id) {
        return store.catalog().byId(id).map(StoredImage::toImage);
    }

    /** All images, newest first. */
    public List<Image> list() {
        return store.catalog().images().stream().map(StoredImage::toImage)
                .sorted(Comparator.comparing(Image::created).reversed()).toList();
    }

    /** Gives the image a name; the image that had it before keeps its others, or is left dangling. */
    public void tag(Image image, ImageReference name) {
        store.tag(image.id(), Catalog.taggable(name));
    }

    /**
     * Takes a name away, and with the last name the image. By id it takes all names of one repository; names in several need
     * {@code force}. {@link ConflictException} when a container uses the image: a running one always, a stopped one unless forced.
     *
     * @param prune whether nameless parents go too; no image here has a parent, so there are none
     */
    public List<Removal> remove(String ref, boolean force, boolean prune) {
        StoredImage image = requireStored(ref);
        var removal = new ImageRemoval(image, usesOf(image), force);
        ImageRemoval.Plan plan = Optional.ofNullable(nameOf(ref)).map(Catalog::nameOf).filter(image.references()::contains)
                .map(removal::byName).orElseGet(removal::byId);
        store.remove(image, plan.names(), plan.deletes());
        var lines = new ArrayList<Removal>();
        plan.names().forEach(gone -> lines.add(new Removal.Untagged(gone.familiar())));
        if (plan.deletes()) {
            lines.add(new Removal.Deleted(image.id()));
            leases.collect().forEach(chain -> lines.add(new Removal.Deleted(chain.digest())));
        }
        return List.copyOf(lines);
    }

    /** The steps that made the image, newest first. */
    public List<HistoryLine> history(Image image) {
        StoredImage stored = store.catalog().byId(image.id()).orElseThrow(() -> noSuch(image.id().toString()));
        var lines = new ArrayList<HistoryLine>();
        int layer = 0;
        for (HistoryEntry step : stored.config().history()) {
            boolean hasLayer = !step.emptyLayer() && layer < stored.layers().size();
            long size = hasLayer ? stored.layers().get(layer++).sizeBytes() : 0;
            lines.add(new HistoryLine(null, step.created(), step.createdBy(), List.of(), size, step.comment()));
        }
        if (lines.isEmpty()) {
            lines.add(new HistoryLine(null, stored.config().created(), "", List.of(), stored.sizeBytes(), ""));
        }
        HistoryLine head = lines.removeLast();
        lines.add(new HistoryLine(image.id(), head.created(), head.createdBy(),
                image.tags().stream().map(ImageReference::familiar).toList(), head.sizeBytes(), head.comment()));
        Collections.reverse(lines);
        return List.copyOf(lines);
    }

    /** What it is made of, as registries and archives have it. */
    public List<ImageManifest> manifests(Image image) {
        return ImageManifests.of(store.catalog().byId(image.id()).orElseThrow(() -> noSuch(image.id().toString())), store, blobs);
    }

    /** The config document as it came; its digest is the image's id. */
    public byte[] configBytes(Image image) {
        return store.configBytes(image.id());
    }

    /**
     * Deletes layers and blobs that no image, no container and no work in progress needs. To be called after the removal of a
     * container whose image is gone.
     */
    public void collectGarbage() {
        leases.collect();
    }

    /** An image and the names under which it was asked for: none when it was by its id. */
    record Meant(StoredImage image, List<ImageReference> names) {}

    /** The images that {@code ref} means where several can be meant: without a tag it is all of a repository. */
    List<Meant> meant(String ref) {
        @Nullable ImageReference name = nameOf(ref);
        Catalog catalog = store.catalog();
        if (name != null && name.isRepository()) {
            List<Meant> tagged = catalog.images().stream().map(image -> new Meant(image, image.tagsIn(name)))
                    .filter(one -> !one.names().isEmpty()).toList();
            if (!tagged.isEmpty()) {
                return tagged;
            }
            return List.of(new Meant(catalog.find(ref, name).orElseThrow(() -> noSuch(ref)), List.of()));
        }
        StoredImage image = requireStored(ref);
        boolean isTag = name != null && name.digest() == null && image.references().contains(Catalog.nameOf(name));
        return List.of(new Meant(image, isTag ? List.of(Catalog.nameOf(name)) : List.of()));
    }

    StoredImage requireStored(String ref) {
        @Nullable ImageReference name = nameOf(ref);
        return store.catalog().find(ref, name)
                .orElseThrow(() -> noSuch(name == null ? ref : name.withDefaultTag().familiar()));
    }

    /** The name that {@code ref} is; null when it can only be an id. */
    private static @Nullable ImageReference nameOf(String ref) {
        return FULL_ID.matcher(ref).matches() ? null : ImageReference.parse(ref);
    }

    private List<ImageUse> usesOf(StoredImage image) {
        return users.stream().flatMap(port -> port.usersOf(image.id()).stream())
                .sorted(Comparator.comparing(ImageUse::running).reversed()).toList();
    }

    private static NotFoundException noSuch(String ref) {
        return new NotFoundException("No such image: " + ref);
    }
}
