package io.berth.ffi;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Overlay mounts that only a descriptor leads to. Safe for use by many threads. */
public final class Overlay {

    private Overlay() {}

    /**
     * Mounts these layers as one tree, top first; without {@code upper} and {@code work} it is read-only, and then there must be
     * at least two lower layers. Kernels without {@code lowerdir+} get one option with all paths, so these should be short.
     */
    public static DetachedMount mount(List<Path> lowerTopFirst, @Nullable Path upper, @Nullable Path work) {
        throw new UnsupportedOperationException();
    }
}
