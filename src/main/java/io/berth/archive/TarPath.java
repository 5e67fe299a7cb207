package io.berth.archive;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.FileNames;
import java.util.ArrayList;
import java.util.List;

/** Names of tar entries as paths below a root: a leading slash and empty or {@code .} parts mean nothing, {@code ..} is refused. */
final class TarPath {

    private static final int MAX_NAME_BYTES = 255;
    /** One descriptor is held for each level while it is unpacked. */
    private static final int MAX_DEPTH = 1000;
    private static final int SHOWN = 200;

    private TarPath() {}

    /** The parts of {@code name}, none for the root itself. */
    static List<String> split(String name) {
        if (name.indexOf('\0') >= 0) {
            throw new InvalidArgumentException("archive has a path with a NUL in it");
        }
        var parts = new ArrayList<String>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw new InvalidArgumentException("archive has a path that could lead out of its root: " + shown(name));
            }
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.length() > MAX_NAME_BYTES || FileNames.encode(part).length > MAX_NAME_BYTES) {
                throw new InvalidArgumentException("archive has a file name of more than 255 bytes: " + shown(name));
            }
            parts.add(part);
        }
        if (parts.size() > MAX_DEPTH) {
            throw new InvalidArgumentException("archive has a path of more than " + MAX_DEPTH + " levels");
        }
        return parts;
    }

    /** A path in a message: short, without control characters. */
    static String shown(String path) {
        var shown = new StringBuilder();
        path.chars().limit(SHOWN).forEach(c -> shown.append(Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : (char) c));
        return '"' + (path.length() > SHOWN ? shown + "..." : shown.toString()) + '"';
    }

    static String join(List<String> parts) {
        return parts.isEmpty() ? "." : String.join("/", parts);
    }
}
