package io.berth.archive;

import io.berth.ffi.FileStat;
import io.berth.ffi.RootDir;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a tree in which an unpacking is at work, with all above it open. Each keeps its time of change: it is put
 * back when the cursor leaves, whatever was made in it meanwhile.
 */
final class DirectoryCursor implements AutoCloseable {

    /** Makes or judges a part of a path that must become a directory. */
    interface Obstacles {
        /** Makes {@code name} in {@code dir}; {@code found} is what is there and is no directory, null when nothing is. */
        void make(RootDir dir, List<String> path, String name, @Nullable FileStat found);

        /** The directory that the link at {@code path} leads to, to be closed by the cursor; or it is refused. */
        RootDir follow(List<String> path, FileStat link);
    }

    private static final class Level {
        private final String name;
        private final RootDir dir;
        private Instant modified;

        Level(String name, RootDir dir, Instant modified) {
            this.name = name;
            this.dir = dir;
            this.modified = modified;
        }
    }

    private final List<Level> levels = new ArrayList<>();
    private final Obstacles obstacles;

    /** Starts at {@code root}, which stays the caller's. */
    DirectoryCursor(RootDir root, Obstacles obstacles) {
        this.obstacles = obstacles;
        levels.add(new Level("", root, root.stat(".").modified()));
    }

    /** Goes to the directory at {@code path} and gives it. */
    RootDir enter(List<String> path) {
        int common = 0;
        while (common < path.size() && common + 1 < levels.size() && levels.get(common + 1).name.equals(path.get(common))) {
            common++;
        }
        leaveTo(common + 1);
        for (int i = common; i < path.size(); i++) {
            push(path.subList(0, i + 1));
        }
        return current();
    }

    RootDir current() {
        return levels.getLast().dir;
    }

    /** The time of change that the current directory shall have. */
    void setModified(Instant modified) {
        levels.getLast().modified = modified;
    }

    private void push(List<String> path) {
        String name = path.getLast();
        RootDir parent = current();
        FileStat found = parent.statIfPresent(name);
        if (found != null && found.isSymlink()) {
            RootDir dir = obstacles.follow(path, found);
            levels.add(new Level(name, dir, dir.stat(".").modified()));
            return;
        }
        if (found == null || !found.isDirectory()) {
            obstacles.make(parent, path, name, found);
            found = parent.stat(name);
        }
        levels.add(new Level(name, parent.openDir(name), found.modified()));
    }

    private void leaveTo(int depth) {
        while (levels.size() > depth) {
            Level left = levels.removeLast();
            try (RootDir dir = left.dir) {
                dir.setTimes(".", left.modified, left.modified);
            }
        }
    }

    /** Leaves all directories but the root, whose time of change stays what it has become. */
    void leaveAll() {
        leaveTo(1);
    }

    /** Leaves all directories; the times of the root are put back too. */
    void finish() {
        leaveAll();
        Level root = levels.getFirst();
        root.dir.setTimes(".", root.modified, root.modified);
    }

    @Override
    public void close() {
        while (levels.size() > 1) {
            levels.removeLast().dir.close();
        }
    }
}
