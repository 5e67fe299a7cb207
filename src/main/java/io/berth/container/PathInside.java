package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path in a container as a client wrote it, made absolute; {@code ..} and empty parts are gone before any link is looked at.
 *
 * <p>Source: Docker Engine API 1.51, ContainerArchive; a slash or {@code /.} at the end means the directory that a link leads to, and
 * {@code /.} its contents.
 *
 * @param parts of the path; none for the root
 * @param ending {@code ""}, {@code "/"} or {@code "/."}
 */
record PathInside(List<String> parts, String ending) {

    private static final int MAX_LINKS = 255;
    private static final int MAX_BYTES = 4095;

    PathInside {
        parts = List.copyOf(parts);
    }

    static PathInside of(String text) {
        if (text.isEmpty()) {
            throw new InvalidArgumentException("bad parameter: 'path' cannot be empty");
        }
        if (text.indexOf('\0') >= 0 || text.length() > MAX_BYTES) {
            throw new InvalidArgumentException("bad parameter: 'path' "
                    + (text.length() > MAX_BYTES ? "is longer than " + MAX_BYTES + " bytes" : "holds a NUL"));
        }
        var parts = new ArrayList<String>();
        for (String part : text.split("/", -1)) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.removeLast();
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        boolean isContents = text.equals(".") || text.endsWith("/.");
        return new PathInside(parts, isContents ? "/." : text.endsWith("/") && !parts.isEmpty() ? "/" : "");
    }

    /** {@code /a/b}, {@code /a/b/} or {@code /a/b/.}. */
    String text() {
        return parts.isEmpty() ? "/" + ending.replace("/", "") : "/" + String.join("/", parts) + ending;
    }

    /** The name by which it goes into an archive: the last part, {@code .} for contents, {@code /} for the root. */
    String base() {
        return ending.equals("/.") ? "." : parts.isEmpty() ? "/" : parts.getLast();
    }

    /** Whether a link at the end is followed. */
    boolean meansDirectory() {
        return parts.isEmpty() || !ending.isEmpty();
    }

    /** The directory that has the last part. */
    String parent() {
        return "/" + String.join("/", parts.subList(0, parts.size() - 1));
    }

    /**
     * Where the path leads when all its links are followed as a process would whose root is {@code root}; what does not exist is taken as
     * it is written. For telling and comparing only: the tree may change at any time.
     */
    static List<String> follow(RootDir root, List<String> parts) {
        var rest = new ArrayDeque<>(parts);
        var done = new ArrayList<String>();
        int links = 0;
        while (!rest.isEmpty()) {
            String part = rest.removeFirst();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                if (!done.isEmpty()) {
                    done.removeLast();
                }
                continue;
            }
            done.add(part);
            String target = linkAt(root, String.join("/", done));
            if (target != null) {
                if (++links > MAX_LINKS) {
                    throw new InvalidArgumentException("too many links in /" + String.join("/", parts));
                }
                done.removeLast();
                if (target.startsWith("/")) {
                    done.clear();
                }
                List.of(target.split("/", -1)).reversed().forEach(rest::addFirst);
            }
        }
        return done;
    }

    private static @Nullable String linkAt(RootDir root, String path) {
        try {
            FileStat stat = root.statIfPresent(path);
            return stat != null && stat.isSymlink() ? root.readlink(path) : null;
        } catch (NativeException e) {
            if (isElsewhere(e)) {
                return null;
            }
            throw e;
        }
    }

    /** Whether one path leads to another one, or to something in it. */
    static boolean isWithin(List<String> path, List<String> outer) {
        return path.size() >= outer.size() && path.subList(0, outer.size()).equals(outer);
    }

    /** There is nothing at a path, or not any more, or it is longer than any can be. */
    static boolean isElsewhere(NativeException e) {
        return switch (e.errno()) {
            case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.ENAMETOOLONG, Errno.EINVAL, Errno.EXDEV -> true;
            default -> false;
        };
    }
}
