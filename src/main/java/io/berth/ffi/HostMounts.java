package io.berth.ffi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The mounts that the engine, and with it all of the host, sees. Safe for use by many threads. */
public final class HostMounts {

    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");
    private static final int POINT = 4;
    private static final long RDONLY = 1;
    private static final long NOSUID = 2;
    private static final long NODEV = 4;
    private static final long NOEXEC = 8;
    private static final int TAGS = 6;

    /**
     * A line of proc_pid_mountinfo(5).
     *
     * @param point the path at which it is mounted, as {@link FileNames} has it
     * @param tags what it shares mounts with: {@code shared:N}, {@code master:N}
     */
    public record Entry(String point, List<String> tags) {

        public Entry {
            tags = List.copyOf(tags);
        }

        private boolean isAbove(String path) {
            return point.equals("/") || path.equals(point) || path.startsWith(point) && path.charAt(point.length()) == '/';
        }

        /** What is mounted in it appears elsewhere, too. */
        public boolean isShared() {
            return tags.stream().anyMatch(tag -> tag.startsWith("shared:"));
        }

        /** What is mounted elsewhere appears in it, too. */
        public boolean isSlave() {
            return tags.stream().anyMatch(tag -> tag.startsWith("master:"));
        }
    }

    private HostMounts() {}

    /** The mount on which a path without links is; the last one where several are on top of each other. */
    public static Optional<Entry> of(Path path) {
        return of(path, list());
    }

    static Optional<Entry> of(Path path, List<Entry> all) {
        Entry best = null;
        for (var entry : all) {
            if (entry.isAbove(path.toString()) && (best == null || entry.point.length() >= best.point.length())) {
                best = entry;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Whether something is mounted at this very place. */
    public static boolean isMounted(Path point) {
        return list().stream().anyMatch(entry -> entry.point.equals(point.toString()));
    }

    /** Where things are mounted for a process, as it sees the paths; its root among them. @throws UncheckedIOException there is no such process */
    public static List<String> pointsOf(int pid) {
        return list(Path.of("/proc", Integer.toString(pid), "mountinfo")).stream().map(Entry::point).toList();
    }

    private static List<Entry> list() {
        return list(TABLE);
    }

    private static List<Entry> list(Path table) {
        try {
            return parse(FileNames.decode(Files.readAllBytes(table)));
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + table, failure);
        }
    }

    static List<Entry> parse(String table) {
        var entries = new ArrayList<Entry>();
        for (String line : table.split("\n")) {
            var words = List.of(line.split(" "));
            int end = words.indexOf("-");
            entries.add(new Entry(unescaped(words.get(POINT)), words.subList(TAGS, end)));
        }
        return entries;
    }

    /** Blanks and the like are octal there. */
    private static String unescaped(String word) {
        return ESCAPED.matcher(word)
                .replaceAll(found -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 8))));
    }

    /**
     * mount(2).
     *
     * @param flags {@code MS_} numbers
     * @param data options of the file system
     */
    public static void mount(String source, Path target, String type, long flags, String data) {
        var error = new NativeError();
        error.check(Native.library().berth_mount(FileNames.terminated(source), FileNames.terminated(target.toString()),
                FileNames.terminated(type), flags, FileNames.terminated(data), error.buffer()));
    }

    /**
     * Puts a mount at a folder, only to be read and without devices; programs of it can be executed. It stays when {@code mount} is closed.
     */
    public static void attachReadOnly(DetachedMount mount, Path folder) {
        var error = new NativeError();
        error.check(Native.library().berth_mount_attach(mount.fd().number(), FileNames.terminated(folder.toString()), RDONLY | NODEV, NOSUID | NOEXEC,
                error.buffer()));
    }

    /** Takes away the topmost mount at this place; it ends when nobody uses it any more. */
    public static void unmount(Path target) {
        var error = new NativeError();
        error.check(Native.library().berth_unmount(FileNames.terminated(target.toString()), error.buffer()));
    }
}
