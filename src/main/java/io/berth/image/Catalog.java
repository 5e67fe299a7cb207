package io.berth.image;

import io.berth.error.InvalidArgumentException;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All images at one moment. Immutable. */
final class Catalog {

    private static final Pattern ID = Pattern.compile("(?:sha256:)?([0-9a-f]{1,64})");

    /** Each costs a request when a layer is not there after all. */
    private static final int MOST_REPOSITORIES = 3;

    private final TreeMap<String, StoredImage> byHex = new TreeMap<>();
    private final Map<ImageReference, StoredImage> byReference = new HashMap<>();
    private final Map<Digest, StoredLayer> byDiffId = new HashMap<>();

    Catalog(Collection<StoredImage> images) {
        for (StoredImage image : images) {
            byHex.put(image.id().hex(), image);
            image.references().forEach(reference -> byReference.put(reference, image));
            image.layers().forEach(layer -> byDiffId.put(layer.diffId(), layer));
        }
    }

    /** This catalog with the image added, or put in the place of that with its id. */
    Catalog with(StoredImage image) {
        var images = new TreeMap<>(byHex);
        images.put(image.id().hex(), image);
        return new Catalog(images.values());
    }

    Catalog without(Digest id) {
        var images = new TreeMap<>(byHex);
        images.remove(id.hex());
        return new Catalog(images.values());
    }

    Collection<StoredImage> images() {
        return byHex.values();
    }

    Optional<StoredImage> byId(Digest id) {
        return Optional.ofNullable(byHex.get(id.hex()));
    }

    Optional<StoredImage> byReference(ImageReference reference) {
        return Optional.ofNullable(byReference.get(reference));
    }

    /** What a user means by {@code text}: a name first, then an id, then the start of one id. */
    Optional<StoredImage> find(String text, @Nullable ImageReference asName) {
        if (asName != null) {
            Optional<StoredImage> named = byReference(nameOf(asName));
            if (named.isPresent()) {
                return named;
            }
        }
        var id = ID.matcher(text);
        return id.matches() ? byPrefix(id.group(1)) : Optional.empty();
    }

    /** Where a tag and a digest are given the digest decides. */
    static ImageReference nameOf(ImageReference reference) {
        return reference.digest() == null ? reference.withDefaultTag() : reference.withDigest(reference.digest());
    }

    /** A name that can be given: with a tag and no digest. */
    static ImageReference taggable(ImageReference reference) {
        if (reference.digest() != null) {
            throw new InvalidArgumentException("refusing to create a tag with a digest reference");
        }
        return reference.withDefaultTag();
    }

    /** A layer that some image has, by the digest of its plain tar. */
    Optional<StoredLayer> layer(Digest diffId) {
        return Optional.ofNullable(byDiffId.get(diffId));
    }

    /** Other repositories of the target's registry that have had some of these images, by the digests that they are known to have there. */
    List<String> repositoriesBeside(ImageReference target, Predicate<StoredImage> which) {
        return byHex.values().stream().filter(which).flatMap(image -> image.references().stream())
                .filter(name -> name.digest() != null && name.domain().equals(target.domain()) && !name.path().equals(target.path()))
                .map(ImageReference::path).distinct().sorted().limit(MOST_REPOSITORIES).toList();
    }

    private Optional<StoredImage> byPrefix(String prefix) {
        var from = byHex.tailMap(prefix).entrySet().iterator();
        StoredImage found = null;
        while (from.hasNext()) {
            var next = from.next();
            if (!next.getKey().startsWith(prefix)) {
                break;
            }
            if (found != null) {
                return Optional.empty();
            }
            found = next.getValue();
        }
        return Optional.ofNullable(found);
    }
}
