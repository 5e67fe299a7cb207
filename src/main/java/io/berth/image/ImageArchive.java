package io.berth.image;

import io.berth.error.InvalidArgumentException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Images as one tar: what {@code docker save} writes and {@code docker load} reads. Safe for use by many threads.
 */
@Component
public class ImageArchive {

    /**
     * Reads a docker-archive or an OCI layout, plain or compressed. All images of the archive come in, or none and nothing of
     * them; a layer that is there already is not unpacked again. {@link InvalidArgumentException} when the archive is corrupt,
     * truncated or beyond the limits.
     */
    public List<LoadedImage> load(InputStream in, LoadListener listener) {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes these images, by name or id, as docker-archive and OCI layout in one. All are looked up before the first byte is
     * written. The stream stays open.
     */
    public void save(List<String> refs, OutputStream out) {
        throw new UnsupportedOperationException();
    }
}
