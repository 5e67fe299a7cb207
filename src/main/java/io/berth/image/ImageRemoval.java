package io.berth.image;

import io.berth.error.ConflictException;
import io.berth.oci.ImageReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rules by which names and images go.
 *
 * <p>Source: Docker Engine API v1.51, ImageDelete; the texts are those that Docker's clients know.
 */
final class ImageRemoval {

    /** What will be done: the names that go, and whether the image goes with them. */
    record Plan(List<ImageReference> names, boolean deletes) {}

    private final StoredImage image;
    private final List<ImageUse> uses;
    private final boolean force;

    ImageRemoval(StoredImage image, List<ImageUse> uses, boolean force) {
        this.image = image;
        this.uses = uses;
        this.force = force;
    }

    /** Takes one name away; the image stays as long as it has others. */
    Plan byName(ImageReference name) {
        var names = new ArrayList<ImageReference>(List.of(name));
        var rest = image.references().stream().filter(other -> !other.equals(name)).collect(Collectors.toCollection(ArrayList::new));
        boolean repositoryHasTag = rest.stream().anyMatch(other -> other.digest() == null && other.hasSameRepository(name));
        if (name.digest() == null && !repositoryHasTag) {
            // A digest of a repository is known by its tags only.
            var digests = rest.stream().filter(other -> other.hasSameRepository(name)).toList();
            names.addAll(digests);
            rest.removeAll(digests);
        }
        if (!rest.isEmpty()) {
            return new Plan(names, false);
        }
        if (!force && !uses.isEmpty()) {
            throw new ConflictException("conflict: unable to remove repository reference \"" + name.familiar()
                    + "\" (must force) - container " + shortId(uses.getFirst().containerId())
                    + " is using its referenced image " + image.id().shortHex());
        }
        requireNoRunning();
        return new Plan(names, true);
    }

    /** Takes the image away with all its names. */
    Plan byId() {
        requireNoRunning();
        Collection<ImageReference> names = image.references();
        boolean inOneRepository = names.stream().map(ImageReference::repository).distinct().count() <= 1;
        if (!force && !inOneRepository) {
            throw conflict("must be forced", "image is referenced in multiple repositories");
        }
        Optional<ImageUse> user = uses.stream().findFirst();
        if (!force && user.isPresent()) {
            throw conflict("must be forced", "image is being used by stopped container " + shortId(user.get().containerId()));
        }
        return new Plan(List.copyOf(names), true);
    }

    private void requireNoRunning() {
        uses.stream().filter(ImageUse::running).findFirst().ifPresent(use -> {
            throw conflict("cannot be forced", "image is being used by running container " + shortId(use.containerId()));
        });
    }

    private ConflictException conflict(String remedy, String reason) {
        return new ConflictException("conflict: unable to delete " + image.id().shortHex() + " (" + remedy + ") - " + reason);
    }

    private static String shortId(String containerId) {
        return containerId.length() > 12 ? containerId.substring(0, 12) : containerId;
    }
}
