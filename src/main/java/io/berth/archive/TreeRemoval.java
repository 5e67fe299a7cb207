package io.berth.archive;

import io.berth.ffi.DirEntry;
import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Removes trees that strangers made: no link is followed, and a tree of any depth takes few descriptors, since what is too
 * deep is lifted up to the top and taken from there.
 */
public final class TreeRemoval {

    private static final int MAX_OPEN = 64;

    private final RootDir top;
    private final Deque<String> lifted = new ArrayDeque<>();
    private final List<NativeException> failures = new ArrayList<>();
    private int counter;

    private TreeRemoval(RootDir top) {
        this.top = top;
    }

    /**
     * Removes {@code name} in {@code dir} with all below it; what is not there is fine. All that can be removed is, even when
     * something cannot; then the first failure is thrown, with the others suppressed.
     */
    public static void remove(RootDir dir, String name) {
        new TreeRemoval(dir).run(name);
    }

    private void run(String name) {
        removeEntry(top, name, 0);
        while (!lifted.isEmpty()) {
            removeEntry(top, lifted.removeFirst(), 0);
        }
        if (!failures.isEmpty()) {
            NativeException first = failures.getFirst();
            failures.stream().skip(1).limit(10).forEach(first::addSuppressed);
            throw first;
        }
    }

    private void removeEntry(RootDir dir, String name, int depth) {
        try {
            FileStat stat = dir.statIfPresent(name);
            if (stat == null) {
                return;
            }
            if (!stat.isDirectory()) {
                dir.unlink(name);
            } else if (depth < MAX_OPEN) {
                removeDirectory(dir, name, depth);
            } else {
                lift(dir, name);
            }
        } catch (NativeException e) {
            if (e.errno() != Errno.ENOENT) {
                failures.add(e);
            }
        }
    }

    private void removeDirectory(RootDir dir, String name, int depth) {
        try (RootDir inside = dir.openDir(name)) {
            for (DirEntry entry : inside.list(".")) {
                removeEntry(inside, entry.name(), depth + 1);
            }
        }
        try {
            dir.rmdir(name);
        } catch (NativeException e) {
            // Not empty, since something below could not be removed: that failure is the one to tell.
            if (e.errno() != Errno.ENOTEMPTY || failures.isEmpty()) {
                throw e;
            }
        }
    }

    private void lift(RootDir dir, String name) {
        String free;
        do {
            free = ".lifted-" + counter++;
        } while (top.statIfPresent(free) != null);
        dir.rename(name, top, free, RootDir.RENAME_NOREPLACE);
        lifted.add(free);
    }
}
