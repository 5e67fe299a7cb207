package io.berth.image;

import io.berth.error.InternalException;
import io.berth.event.Durability;
import io.berth.event.EventJournal;
import io.berth.instance.Instance;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageReference;
import io.berth.storage.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The rows of images, and all of them in memory as one immutable catalog: reading waits for nothing, writing is one at a time,
 * and what is read is what the database has acknowledged.
 */
@Component
class ImageStore {

    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);

    private final ImageRows images;
    private final ImageReferenceRows references;
    private final BlobStore blobs;
    private final ImageEvents events;
    private final TransactionTemplate transaction;
    private final Durability durability;
    private final Clock clock;
    private final CatalogFile file;
    private volatile Catalog catalog;

    ImageStore(ImageRows images, ImageReferenceRows references, BlobStore blobs, ImageEvents events,
            TransactionTemplate transaction, Durability durability, EventJournal journal, Instance instance, Clock clock) {
        this.images = images;
        this.references = references;
        this.blobs = blobs;
        this.events = events;
        this.transaction = transaction;
        this.durability = durability;
        this.clock = clock;
        this.file = new CatalogFile(instance.dataRoot().resolve("images.json"));
        this.catalog = read();
        if (journal.isNew()) {
            takeUp();
        }
    }

    /** The database is new: what is written beside the blobs is taken up again. */
    private void takeUp() {
        Catalog found = catalog;
        for (CatalogFile.Entry entry : entries()) {
            try {
                Digest id = Digest.parse(entry.id());
                var image = new StoredImage(id, ImageConfig.parse(configBytes(id)), entry.layers().stream().map(CatalogFile.Layer::toLayer).toList(),
                        entry.references().stream().map(ImageReference::parse).toList(), entry.lastTagged(), entry.toDocuments());
                transaction.executeWithoutResult(status -> {
                    images.save(ImageRow.of(image));
                    image.references().forEach(reference -> references.save(ImageReferenceRow.of(reference, image)));
                });
                found = found.with(image);
                LOG.warn("image {} was not in the database and is taken up from its blobs", id);
            } catch (RuntimeException damaged) {
                LOG.error("image {} is left out: what is beside its blobs cannot be read", entry.id(), damaged);
            }
        }
        catalog = found;
    }

    private List<CatalogFile.Entry> entries() {
        try {
            return file.read();
        } catch (RuntimeException damaged) {
            LOG.error("the list of images beside their blobs cannot be read", damaged);
            return List.of();
        }
    }

    Catalog catalog() {
        return catalog;
    }

    byte[] configBytes(Digest id) {
        try (InputStream in = blobs.open(id)) {
            return in.readNBytes(ImageConfig.MAX_BYTES);
        } catch (IOException e) {
            throw new InternalException("read the config of image " + id + ": " + e.getMessage(), e);
        }
    }

    /**
     * Adds images, whose blobs and layers are durable, with these names; an image that is there gets the names.
     *
     * @param action the event to record of each; null for none
     */
    synchronized List<StoredImage> add(Collection<StoredImage> added, @Nullable String action) {
        return change(() -> {
            Catalog next = catalog;
            var stored = new ArrayList<StoredImage>();
            for (StoredImage image : added) {
                next = next.with(kept(next, image));
                for (ImageReference reference : image.references()) {
                    next = point(next, reference, image.id());
                }
                stored.add(next.byId(image.id()).orElseThrow());
                if (action != null) {
                    events.record(action, stored.getLast(), image.id().toString());
                }
            }
            return new Change<>(next, List.copyOf(stored));
        });
    }

    /** Whether the bytes of the image are there, config and layers. */
    boolean hasBlobs(StoredImage image) {
        return blobs.has(image.id()) && image.layers().stream().allMatch(layer -> blobs.has(layer.blob().digest()));
    }

    /** As it is in the database now, new or with further documents; its names are not. */
    private StoredImage kept(Catalog now, StoredImage image) {
        StoredImage known = now.byId(image.id()).orElse(null);
        if (known == null || !hasBlobs(known)) {
            // Where bytes were lost it is known by those that came now.
            var bare = new StoredImage(image.id(), image.config(), image.layers(), known == null ? List.of() : known.references(),
                    known == null ? null : known.lastTagged(), image.documents());
            images.save(ImageRow.of(bare));
            return bare;
        }
        StoredImage kept = known.withDocuments(image.documents());
        if (!kept.documents().equals(known.documents())) {
            var row = images.findById(image.id().toString()).orElseThrow();
            row.documents.clear();
            kept.documents().forEach(document -> row.documents.add(DocumentRow.of(document)));
        }
        return kept;
    }

    /** Points a name to an image. */
    synchronized StoredImage tag(Digest id, ImageReference reference) {
        return change(() -> {
            Catalog next = point(catalog, reference, id);
            StoredImage tagged = next.byId(id).orElseThrow();
            events.record("tag", tagged, reference.familiar());
            return new Change<>(next, tagged);
        });
    }

    /** Takes names away and, when asked, the image with them. */
    synchronized void remove(StoredImage image, Collection<ImageReference> names, boolean deleted) {
        change(() -> {
            StoredImage left = image;
            for (ImageReference name : names) {
                references.deleteById(name.canonical());
                left = left.withoutReference(name);
                events.record("untag", image, image.id().toString());
            }
            if (deleted) {
                images.deleteById(image.id().toString());
                events.record("delete", image, image.id().toString());
            }
            return new Change<>(deleted ? catalog.without(image.id()) : catalog.with(left), image);
        });
    }

    /** Remembers what a layer is packed as for registries. */
    synchronized void pack(Digest diffId, Descriptor packed) {
        change(() -> {
            Catalog next = catalog;
            for (StoredImage image : catalog.images()) {
                if (image.diffIds().contains(diffId)) {
                    var row = images.findById(image.id().toString()).orElseThrow();
                    row.layers.stream().filter(layer -> layer.diffId.equals(diffId.toString())).forEach(layer -> layer.pack(packed));
                    next = next.with(image.withLayers(image.layers().stream()
                            .map(layer -> layer.diffId().equals(diffId) ? layer.withPacked(packed) : layer).toList()));
                }
            }
            return new Change<>(next, diffId);
        });
    }

    /** Records that an image was pushed, and what the registry has it as. An image that was removed meanwhile stays removed. */
    synchronized void pushed(Digest id, ImageReference name, Digest digest) {
        change(() -> {
            StoredImage image = catalog.byId(id).orElse(null);
            if (image == null) {
                return new Change<>(catalog, id);
            }
            events.transferred("push", image, name);
            ImageReference asDigest = name.withDigest(digest);
            return new Change<>(image.references().contains(asDigest) ? catalog : point(catalog, asDigest, id, image.lastTagged()), id);
        });
    }

    /** Records what happened to an image without a change of it. */
    void record(String action, StoredImage image) {
        transaction.executeWithoutResult(status -> events.record(action, image, image.id().toString()));
    }

    private Catalog point(Catalog from, ImageReference reference, Digest id) {
        return point(from, reference, id, clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    private Catalog point(Catalog from, ImageReference reference, Digest id, @Nullable Instant tagged) {
        Catalog next = from;
        StoredImage before = from.byReference(reference).orElse(null);
        if (before != null && !before.id().equals(id)) {
            next = next.with(before.withoutReference(reference));
        }
        StoredImage image = next.byId(id).orElseThrow().withReference(reference, tagged);
        references.save(ImageReferenceRow.of(reference, image));
        images.findById(id.toString()).orElseThrow().lastTagged = tagged;
        return next.with(image);
    }

    /** A new catalog, which counts once its transaction is on the disk: only then files of images that are gone may go. */
    private record Change<T>(Catalog next, T result) {}

    private <T> T change(Supplier<Change<T>> work) {
        Change<T> change = transaction.execute(status -> {
            Change<T> made = work.get();
            file.write(made.next());
            return made;
        });
        if (change == null) {
            throw new IllegalStateException("a change of images has a result");
        }
        durability.await();
        catalog = change.next();
        return change.result();
    }

    private Catalog read() {
        var names = new TreeMap<String, List<ImageReference>>();
        for (ImageReferenceRow row : references.findAll()) {
            try {
                names.computeIfAbsent(row.imageId, id -> new ArrayList<>()).add(ImageReference.parse(row.reference));
            } catch (RuntimeException damaged) {
                LOG.error("the name {} of image {} is left out: it cannot be read", row.reference, row.imageId, damaged);
            }
        }
        var found = new ArrayList<StoredImage>();
        for (ImageRow row : images.findAll()) {
            try {
                Digest id = Digest.parse(row.id);
                found.add(new StoredImage(id, ImageConfig.parse(configBytes(id)), row.toLayers(),
                        names.getOrDefault(row.id, List.of()), row.lastTagged, row.toDocuments()));
            } catch (RuntimeException e) {
                // One damaged image must not keep all others, and the service, from starting.
                LOG.error("image {} is left out: its row or its config cannot be read", row.id, e);
            }
        }
        return new Catalog(found);
    }
}
