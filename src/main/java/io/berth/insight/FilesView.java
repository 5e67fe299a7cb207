package io.berth.insight;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Of what the file system of a container is made.
 *
 * @param state the word of the Docker Engine API
 * @param end null while it runs
 * @param items layers of the image, base first; none when the image is gone
 * @param writable null when it has none
 */
public record FilesView(String state, @Nullable End end, List<Layer> items, @Nullable Writable writable, List<Mount> mounts) {

    /**
     * A layer of an image.
     *
     * @param number from 1 on
     * @param createdBy the step that made it; empty when the image does not say
     * @param bytes that it takes on disk
     * @param images how many images have it
     * @param containers how many containers stand on it
     * @param path where it is
     */
    public record Layer(int number, String diffId, String chainId, String createdBy, long bytes, long images, long containers, String path) {}

    /** What the container itself has written. @param bytes on disk @param files folders and links among them */
    public record Writable(long bytes, long files, String path, String meaning) {}

    /** A place through which another file system is seen. @param path where the kernel tells; null when it does not run */
    public record Mount(String type, @Nullable String name, String source, String destination, boolean writable, @Nullable String path) {}
}
