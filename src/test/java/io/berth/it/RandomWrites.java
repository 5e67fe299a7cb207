package io.berth.it;

import java.util.List;
import java.util.Random;

/** A shell script that makes, changes and removes files of all kinds at random, below some folders. What makes no sense fails and is passed over. */
final class RandomWrites {

    /** Names as people give them, and as nobody should: spaces, a line end, letters of UTF-8 and bytes of none. */
    private static final List<String> NAMES = List.of("a", "b", "c", "'d e'", "\"$bytes\"", "\"$lines\"", "'é'", "'-rf'", "'*'", "'.hidden'");
    private static final String HEAD = "bytes=$(printf 'x\\377\\376y'); lines=$(printf 'one\\ntwo'); umask 022; exec 2>/dev/null\n";
    private static final int DEEPEST = 3;

    private final Random random;
    private final List<String> roots;
    private final StringBuilder script = new StringBuilder(HEAD);

    RandomWrites(Random random, List<String> roots) {
        this.random = random;
        this.roots = roots;
        roots.forEach(root -> script.append("mkdir -p ").append(root).append('\n'));
    }

    /** @param count how many things are tried */
    String script(int count) {
        for (int i = 0; i < count; i++) {
            script.append(step()).append('\n');
        }
        return script.append("true\n").toString();
    }

    private String step() {
        var path = path();
        // Who opens a pipe to write waits for a reader.
        var write = "[ -p " + path + " ] || ";
        return switch (random.nextInt(19)) {
            case 0, 1, 2 -> "mkdir -p " + path;
            case 3, 4 -> write + "echo " + random.nextInt() + " > " + path;
            case 5 -> write + "head -c " + random.nextInt(200_000) + " /dev/urandom > " + path;
            case 6 -> write + "echo more >> " + path;
            case 7 -> "rm -rf -- " + path;
            // Where the image had a folder this makes an opaque one.
            case 8 -> "rm -rf -- " + path + " && mkdir " + path + " && echo new > " + path + "/new";
            case 9 -> "mv -- " + path + " " + path();
            case 10, 11 -> "ln -- " + path + " " + path();
            case 12 -> "ln -s " + target() + " " + path;
            case 13 -> "mkfifo " + path;
            case 14 -> "mknod " + path + " c 1 " + (3 + random.nextInt(5));
            case 15 -> "chmod " + Integer.toOctalString(random.nextInt(010000)) + " " + path;
            case 16 -> "chown -h " + random.nextInt(70_000) + ":" + random.nextInt(70_000) + " " + path;
            case 17 -> write + "{ truncate -s " + (1 + random.nextInt(3)) + "M " + path + " && echo end >> " + path + "; }";
            default -> "touch -d @" + random.nextInt(2_000_000_000) + " " + path;
        };
    }

    private String path() {
        var path = new StringBuilder(roots.get(random.nextInt(roots.size())));
        for (int depth = 1 + random.nextInt(DEEPEST); depth > 0; depth--) {
            path.append('/').append(NAMES.get(random.nextInt(NAMES.size())));
        }
        return path.toString();
    }

    private String target() {
        return random.nextBoolean() ? path() : "../" + NAMES.get(random.nextInt(3));
    }
}
