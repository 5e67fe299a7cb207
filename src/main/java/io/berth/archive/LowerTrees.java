package io.berth.archive;

import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The layers below the one that is unpacked, asked as one tree: what would be seen at a path. */
final class LowerTrees {

    /** A file of a lower layer and the tree that has it. */
    record Found(RootDir tree, FileStat stat) {}

    private final Supplier<List<RootDir>> topFirst;

    LowerTrees(Supplier<List<RootDir>> topFirst) {
        this.topFirst = topFirst;
    }

    /** What is seen at {@code path}, if anything; links in the path are not followed and hide what is below them. */
    Optional<Found> find(List<String> path) {
        for (RootDir tree : topFirst.get()) {
            FileStat stat = statWithoutLinks(tree, TarPath.join(path));
            if (stat != null) {
                return Overlays.isWhiteout(stat) ? Optional.empty() : Optional.of(new Found(tree, stat));
            }
            if (hidesLower(tree, path)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Whether a parent of {@code path} in this tree hides what lower trees have: no directory, or an opaque one. */
    private static boolean hidesLower(RootDir tree, List<String> path) {
        for (int length = 1; length < path.size(); length++) {
            String parent = TarPath.join(path.subList(0, length));
            FileStat stat = statWithoutLinks(tree, parent);
            if (stat == null) {
                return false;
            }
            if (!stat.isDirectory() || Overlays.isOpaque(tree, parent)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable FileStat statWithoutLinks(RootDir tree, String path) {
        try {
            return tree.statIfPresent(path);
        } catch (NativeException e) {
            if (e.errno() == Errno.ELOOP || e.errno() == Errno.ENOTDIR) {
                return null;
            }
            throw e;
        }
    }
}
