package io.berth.ffi;

import io.berth.instance.IdMap;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Overlay mounts that only a descriptor leads to. Safe for use by many threads. */
public final class Overlay {

    private Overlay() {}

    /**
     * Mounts these layers as one tree, top first; without {@code upper} and {@code work} it is read-only, and then there must be
     * at least two lower layers. Device files, setuid bits and execution have no effect in it: it is for the engine's own eyes.
     * Kernels without {@code lowerdir+} get one option with all paths, so these should be short and in one folder.
     */
    public static DetachedMount mount(List<Path> lowerTopFirst, @Nullable Path upper, @Nullable Path work) {
        return mount(lowerTopFirst, upper, work, false);
    }

    /** As above; {@code classic} takes the way of kernels without {@code lowerdir+}. */
    static DetachedMount mount(List<Path> lowerTopFirst, @Nullable Path upper, @Nullable Path work, boolean classic) {
        var error = new NativeError();
        return new DetachedMount(new Fd(error.check(Native.library().berth_overlay_open(packed(lowerTopFirst),
                lowerTopFirst.size(), bytes(upper), bytes(work), classic ? 1 : 0, error.buffer()))));
    }

    /**
     * Mounts writable layers, top first, whose ids are those in a user namespace, as a container in it would get them; {@code upper} and
     * {@code work} are in one folder. Its root is seen as on the host.
     */
    public static DetachedMount mountMapped(List<Path> lowerTopFirst, Path upper, Path work, Fd userNamespace, IdMap ids, boolean classic) {
        var error = new NativeError();
        return new DetachedMount(new Fd(error.check(Native.library().berth_overlay_open_mapped(packed(lowerTopFirst), lowerTopFirst.size(),
                FileNames.terminated(upper.toString()), FileNames.terminated(work.toString()), classic ? 1 : 0, userNamespace.number(), Maker.rootOf(ids),
                error.buffer()))));
    }

    private static byte[] packed(List<Path> lowerTopFirst) {
        var lower = new ByteArrayOutputStream();
        lowerTopFirst.forEach(path -> lower.writeBytes(FileNames.terminated(path.toString())));
        return lower.toByteArray();
    }

    private static byte @Nullable [] bytes(@Nullable Path path) {
        return path == null ? null : FileNames.terminated(path.toString());
    }
}
