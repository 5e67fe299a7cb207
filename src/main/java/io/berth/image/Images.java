package io.berth.image;

import io.berth.error.ConflictException;
import io.berth.error.NotFoundException;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The images of this host: records in, records out. A reference given by a user is a name, an id, or the start of an id,
 * tried in this order. Safe for use by many threads.
 */
@Component
public class Images {

    /** The image that {@code ref} names; {@link NotFoundException} {@code No such image: x:latest} when there is none. */
    public Image require(String ref) {
        throw new UnsupportedOperationException();
    }

    /** The image that {@code ref} names, if any. */
    public Optional<Image> find(String ref) {
        throw new UnsupportedOperationException();
    }

    /** The image with this id, if it is in the store. */
    public Optional<Image> find(Digest id) {
        throw new UnsupportedOperationException();
    }

    /** All images, newest first. */
    public List<Image> list() {
        throw new UnsupportedOperationException();
    }

    /** Gives the image a name; the image that had it before keeps its others, or is left dangling. */
    public void tag(Image image, ImageReference name) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes a name away, and with the last name the image. By id it takes all names of one repository; names in several need
     * {@code force}. {@link ConflictException} when a container uses the image: a running one always, a stopped one unless forced.
     *
     * @param prune whether layers that no image needs any more go too
     */
    public List<Removal> remove(String ref, boolean force, boolean prune) {
        throw new UnsupportedOperationException();
    }

    /** The steps that made the image, newest first. */
    public List<HistoryLine> history(Image image) {
        throw new UnsupportedOperationException();
    }

    /** The config document as it came; its digest is the image's id. */
    public byte[] configBytes(Image image) {
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes layers and blobs that no image, no container and no work in progress needs. To be called after the removal of a
     * container whose image is gone.
     */
    public void collectGarbage() {
        throw new UnsupportedOperationException();
    }
}
