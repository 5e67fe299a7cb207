package io.berth.container;

import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.Errno;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The users and groups of a container by its own {@code /etc/passwd} and {@code /etc/group}, read as data: passwd(5), group(5). Whoever
 * made the files is a stranger: they are read only when they are regular files of bounded size, found below the container's root.
 *
 * @param passwd lines of seven fields
 * @param group lines of four fields
 */
record UserFiles(List<String[]> passwd, List<String[]> group) {

    private static final int LONGEST_FILE = 1 << 20;
    private static final int SMALL_LINES = 500;
    private static final long HIGHEST_ID = Integer.MAX_VALUE;
    private static final int NAME = 0;
    private static final int ID = 2;
    private static final int GID = 3;
    private static final int HOME = 5;
    private static final int MEMBERS = 3;

    /**
     * Who a process is.
     *
     * @param home the home folder; {@code /} when the files know none
     */
    record Identity(int uid, int gid, List<Integer> groups, String home) {
        Identity {
            groups = List.copyOf(groups);
        }
    }

    /** Reads the files below a container's root; one that is missing is empty. */
    static UserFiles read(RootDir root) {
        return new UserFiles(lines(root, "etc/passwd", 7).stream().filter(fields -> isNumber(fields[GID])).toList(), lines(root, "etc/group", 4));
    }

    /** Whether no link leads to them, so that who writes to them writes below {@code /etc}. */
    static boolean areInPlace(RootDir root) {
        var etc = root.statIfPresent("etc");
        return etc != null && etc.isDirectory() && isPlain(root, "etc/passwd") && isPlain(root, "etc/group");
    }

    private static boolean isPlain(RootDir root, String path) {
        var stat = root.statIfPresent(path);
        return stat == null || stat.isRegularFile();
    }

    /** Whether they may be kept in memory. */
    boolean isSmall() {
        return passwd.size() + group.size() <= SMALL_LINES;
    }

    /**
     * Who {@code user} is: a name or number, or {@code user:group}. A number is never looked for as a name.
     *
     * @param further groups of {@code --group-add}
     */
    Identity resolve(String user, List<String> further) {
        int colon = user.indexOf(':');
        String name = colon < 0 ? user : user.substring(0, colon);
        String groupName = colon < 0 ? "" : user.substring(colon + 1);
        var entry = name.isEmpty() ? byId(passwd, 0) : isNumber(name) ? byId(passwd, id(name)) : byName(passwd, name);
        if (entry.isEmpty() && !name.isEmpty() && !isNumber(name)) {
            throw new InvalidArgumentException("unable to find user " + name + ": no matching entries in passwd file");
        }
        int uid = name.isEmpty() ? 0 : isNumber(name) ? id(name) : entry.map(fields -> id(fields[ID])).orElse(0);
        int gid = groupName.isEmpty() ? entry.map(fields -> id(fields[GID])).orElse(0) : groupId(groupName);
        var groups = new TreeSet<Integer>();
        groups.add(gid);
        if (groupName.isEmpty()) {
            entry.ifPresent(fields -> groups.addAll(groupsOf(fields[NAME])));
        }
        further.forEach(added -> groups.add(findGroup(added).orElseThrow(() -> new InvalidArgumentException("unable to find group " + added
                + ": no matching entries in group file"))));
        return new Identity(uid, gid, List.copyOf(groups), entry.map(fields -> fields[HOME]).filter(home -> !home.isEmpty()).orElse("/"));
    }

    /** The users' names. */
    List<String> names() {
        return passwd.stream().map(fields -> fields[NAME]).toList();
    }

    private List<Integer> groupsOf(String userName) {
        return group.stream().filter(fields -> List.of(fields[MEMBERS].split(",")).contains(userName)).map(fields -> id(fields[ID])).toList();
    }

    private int groupId(String name) {
        return findGroup(name)
                .orElseThrow(() -> new InvalidArgumentException("unable to find group " + name + ": no matching entries in group file"));
    }

    private Optional<Integer> findGroup(String name) {
        return isNumber(name) ? Optional.of(id(name)) : byName(group, name).map(fields -> id(fields[ID]));
    }

    private static Optional<String[]> byName(List<String[]> file, String name) {
        return file.stream().filter(fields -> fields[NAME].equals(name)).findFirst();
    }

    private static Optional<String[]> byId(List<String[]> file, int id) {
        return file.stream().filter(fields -> isNumber(fields[ID]) && id(fields[ID]) == id).findFirst();
    }

    private static boolean isNumber(String text) {
        String digits = text.startsWith("-") ? text.substring(1) : text;
        return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static int id(String text) {
        // A longer number would overflow to another user, 0 among them.
        long value = text.length() > 10 ? Long.MAX_VALUE : Long.parseLong(text);
        if (value < 0 || value > HIGHEST_ID) {
            throw new InvalidArgumentException("uids and gids must be in range 0-" + HIGHEST_ID + ": " + text);
        }
        return (int) value;
    }

    private static List<String[]> lines(RootDir root, String path, int fields) {
        var content = content(root, path);
        var lines = new ArrayList<String[]>();
        if (content != null) {
            for (String line : content.split("\n")) {
                String[] parts = line.strip().split(":", -1);
                if (parts.length >= fields && isNumber(parts[ID])) {
                    lines.add(parts);
                }
            }
        }
        return lines;
    }

    private static @Nullable String content(RootDir root, String path) {
        try (var file = root.openInRoot(path, RootDir.O_RDONLY | RootDir.O_NONBLOCK, 0)) {
            var stat = file.stat();
            if (!stat.isRegularFile() || stat.size() > LONGEST_FILE) {
                throw new InvalidArgumentException("/" + path + " of the container is not a regular file of at most " + LONGEST_FILE + " bytes");
            }
            byte[] bytes = new byte[(int) stat.size()];
            int used = 0;
            for (int n = 0; used < bytes.length && (n = file.read(bytes, used, bytes.length - used)) > 0; ) {
                used += n;
            }
            return new String(bytes, 0, used, StandardCharsets.UTF_8);
        } catch (NativeException failure) {
            if (failure.errno() == Errno.ENOENT || failure.errno() == Errno.ENOTDIR) {
                return null;
            }
            throw new InternalException("read /" + path + " of the container: " + failure.getMessage(), failure);
        }
    }
}
