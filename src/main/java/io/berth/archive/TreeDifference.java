package io.berth.archive;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.DirEntry;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the writable folder of an overlay changes of the tree below it: each change once, parents first, siblings by name. A directory
 * that itself did not change is told when something below it did. What was copied up and is as it was is no change. Others may be at work
 * in the folder; no link is followed. For one thread.
 */
public final class TreeDifference {

    /** How something changed; the numbers are those of the Docker Engine API. */
    public enum Kind {
        MODIFIED, ADDED, DELETED
    }

    /** Hears of changes. */
    @FunctionalInterface
    public interface Listener {
        /** @param path relative, without a slash before it; {@code dir} has the last part of it, unless it was deleted */
        void changed(Kind kind, String path, RootDir dir, String name) throws IOException;
    }

    private static final int MAX_DEPTH = 1024;

    private static final String LEADS_TO = " -> ";

    private final Listener listener;
    private final Set<String> implied;
    private final List<Told> above = new ArrayList<>();

    /** A directory on the way to the current one, and whether it was told. */
    private static final class Told {
        private final Kind kind;
        private final String path;
        private final RootDir dir;
        private final String name;
        private boolean done;

        Told(Kind kind, String path, RootDir dir, String name, boolean done) {
            this.kind = kind;
            this.path = path;
            this.dir = dir;
            this.name = name;
            this.done = done;
        }
    }

    private TreeDifference(Set<String> implied, Listener listener) {
        this.implied = implied;
        this.listener = listener;
    }

    /**
     * Tells the listener all changes.
     *
     * @param implied paths that say nothing when they were added: empty files, directories in which nothing else was added, and
     *     {@code path -> target} links
     */
    public static void walk(RootDir upper, RootDir lower, Set<String> implied, Listener listener) throws IOException {
        new TreeDifference(implied, listener).inside(upper, lower, "", false);
    }

    private void inside(RootDir upper, @Nullable RootDir lower, String path, boolean opaque) throws IOException {
        if (above.size() > MAX_DEPTH) {
            throw new InvalidArgumentException("folders more than " + MAX_DEPTH + " deep");
        }
        var names = TreePacker.sorted(upper).stream().map(DirEntry::name).collect(Collectors.toCollection(TreeSet::new));
        var all = new TreeSet<>(names);
        if (opaque && lower != null) {
            lower.list(".").forEach(entry -> all.add(entry.name()));
        }
        for (String name : all) {
            String at = path.isEmpty() ? name : path + "/" + name;
            FileStat below = lower == null ? null : lower.statIfPresent(name);
            FileStat now = names.contains(name) ? upper.statIfPresent(name) : null;
            try {
                if (now == null || Overlays.isWhiteout(now)) {
                    if (below != null) {
                        tell(Kind.DELETED, at, upper, name);
                    }
                } else {
                    compare(upper, lower, name, at, now, below);
                }
            } catch (NativeException e) {
                if (!TreePacker.hasChanged(e)) {
                    throw e;
                }
            }
        }
    }

    private void compare(RootDir upper, @Nullable RootDir lower, String name, String at, FileStat now, @Nullable FileStat below)
            throws IOException {
        boolean isSame = below != null && isSame(upper, name, now, lower, below);
        Kind kind = below == null ? Kind.ADDED : Kind.MODIFIED;
        boolean says = !isSame && !(below == null && implied.contains(at) && (now.isDirectory() || now.isRegularFile() && now.size() == 0))
                && !(below == null && now.isSymlink() && implied.contains(at + LEADS_TO + upper.readlink(name)));
        if (says) {
            tell(kind, at, upper, name);
        }
        if (!now.isDirectory()) {
            return;
        }
        boolean isMerged = below != null && below.isDirectory() && lower != null;
        above.add(new Told(kind, at, upper, name, says));
        try (RootDir inside = upper.openDir(name); RootDir insideLower = isMerged ? lower.openDir(name) : null) {
            inside(inside, insideLower, at, isMerged && Overlays.isOpaque(inside, "."));
        } finally {
            above.removeLast();
        }
    }

    private void tell(Kind kind, String path, RootDir dir, String name) throws IOException {
        for (Told parent : above) {
            if (!parent.done) {
                parent.done = true;
                listener.changed(parent.kind, parent.path, parent.dir, parent.name);
            }
        }
        listener.changed(kind, path, dir, name);
    }

    /** Sizes and times of directories are those of what is in them. */
    private static boolean isSame(RootDir upper, String name, FileStat now, @Nullable RootDir lower, FileStat below) {
        boolean isSame = now.mode() == below.mode() && now.uid() == below.uid() && now.gid() == below.gid()
                && now.specialMajor() == below.specialMajor() && now.specialMinor() == below.specialMinor()
                && (now.isDirectory() || now.size() == below.size() && now.modified().equals(below.modified()));
        return isSame && lower != null && TreeComparison.sameAttributes(EntryAttributes.read(upper, name), EntryAttributes.read(lower, name))
                && (!now.isSymlink() || upper.readlink(name).equals(lower.readlink(name)));
    }

    /**
     * A listener that writes what was added and modified as an archive; what was deleted is left out.
     *
     * @param below the folder or file, relative, of which they are wanted; empty for all
     */
    public static Listener archive(TarWriter tar, String below) {
        var packer = new TreePacker(tar);
        return (kind, path, dir, name) -> {
            if (kind != Kind.DELETED && (below.isEmpty() || path.equals(below) || path.startsWith(below + "/"))) {
                packer.addOne(dir, name, path);
            }
        };
    }

    /** A listener that writes the changes as a layer. Source: OCI image-spec 1.1, layer.md, "Creating". */
    public static Listener layer(TarWriter tar) {
        var packer = new TreePacker(tar);
        return (kind, path, dir, name) -> {
            if (kind == Kind.DELETED) {
                packer.addWhiteout(path);
            } else {
                packer.addOne(dir, name, path);
            }
        };
    }
}
