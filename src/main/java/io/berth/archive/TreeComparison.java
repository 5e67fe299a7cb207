package io.berth.archive;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.DirEntry;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeFile;
import io.berth.ffi.RootDir;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares two trees that should be the same to the byte: names, kinds, owners, permissions, times of change, attributes, whiteouts and
 * contents. Nobody may be at work in them. For one thread.
 */
public final class TreeComparison {

    private static final int MAX_DEPTH = 1024;

    private final byte[] left = new byte[128 * 1024];
    private final byte[] right = new byte[128 * 1024];

    private TreeComparison() {}

    /** The first path at which they differ and how, {@code etc/passwd: content}; null when they do not. */
    public static @Nullable String firstDifference(RootDir one, RootDir other) {
        return new TreeComparison().inside(one, other, "", 0);
    }

    private @Nullable String inside(RootDir one, RootDir other, String path, int depth) {
        if (depth > MAX_DEPTH) {
            throw new InvalidArgumentException("folders more than " + MAX_DEPTH + " deep");
        }
        if (Overlays.isOpaque(one, ".") != Overlays.isOpaque(other, ".")) {
            return shown(path) + "whiteouts";
        }
        List<String> names = TreePacker.sorted(one).stream().map(DirEntry::name).toList();
        if (!names.equals(TreePacker.sorted(other).stream().map(DirEntry::name).toList())) {
            return shown(path) + "names";
        }
        for (String name : names) {
            String difference = compare(one, other, name, path.isEmpty() ? name : path + "/" + name, depth);
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private @Nullable String compare(RootDir one, RootDir other, String name, String path, int depth) {
        FileStat stat = one.stat(name);
        FileStat otherStat = other.stat(name);
        if (!isSame(stat, otherStat)) {
            return shown(path) + "kind, owner, permissions, size or time";
        }
        if (!sameAttributes(EntryAttributes.read(one, name), EntryAttributes.read(other, name))) {
            return shown(path) + "attributes";
        }
        if (stat.isDirectory()) {
            try (RootDir in = one.openDir(name); RootDir otherIn = other.openDir(name)) {
                return inside(in, otherIn, path, depth + 1);
            }
        }
        boolean isEqual = switch (stat.type()) {
            case FileStat.S_IFREG -> sameContent(one, other, name);
            case FileStat.S_IFLNK -> one.readlink(name).equals(other.readlink(name));
            default -> true;
        };
        return isEqual ? null : shown(path) + "content";
    }

    private static boolean isSame(FileStat one, FileStat other) {
        return one.mode() == other.mode() && one.uid() == other.uid() && one.gid() == other.gid() && one.modified().equals(other.modified())
                && one.specialMajor() == other.specialMajor() && one.specialMinor() == other.specialMinor()
                && (one.isDirectory() || one.size() == other.size() && one.links() == other.links());
    }

    static boolean sameAttributes(Map<String, byte[]> one, Map<String, byte[]> other) {
        return one.size() == other.size() && one.entrySet().stream().allMatch(entry -> Arrays.equals(entry.getValue(), other.get(entry.getKey())));
    }

    private boolean sameContent(RootDir one, RootDir other, String name) {
        try (NativeFile file = one.openRegular(name); NativeFile otherFile = other.openRegular(name)) {
            while (true) {
                int read = fill(file, left);
                if (read != fill(otherFile, right) || !Arrays.equals(left, 0, read, right, 0, read)) {
                    return false;
                }
                if (read < left.length) {
                    return true;
                }
            }
        }
    }

    private static int fill(NativeFile file, byte[] buffer) {
        int filled = 0;
        for (int read = 0; read >= 0 && filled < buffer.length; read = file.read(buffer, filled, buffer.length - filled)) {
            filled += read;
        }
        return filled;
    }

    private static String shown(String path) {
        return (path.isEmpty() ? "/" : TarPath.shown(path)) + ": ";
    }
}
