package io.berth.files;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.FileNames;
import java.util.ArrayList;
import java.util.List;

/**
 * A path below a root as a client wrote it. It begins at the root with or without a slash; empty and {@code .} parts mean
 * nothing, {@code ..} is refused.
 *
 * @param parts none for the root
 */
public record InnerPath(List<String> parts) {

    /** Bytes: {@code PATH_MAX} without the NUL. */
    private static final int LONGEST = 4095;
    /** Bytes: {@code NAME_MAX}. */
    private static final int LONGEST_NAME = 255;
    private static final int SHOWN = 200;

    public InnerPath {
        parts = List.copyOf(parts);
    }

    /** @throws InvalidArgumentException it could lead out, holds a NUL or is too long */
    public static InnerPath of(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidArgumentException("path holds a NUL");
        }
        if (text.length() > LONGEST || FileNames.encode(text).length > LONGEST) {
            throw new InvalidArgumentException("path is longer than " + LONGEST + " bytes");
        }
        var parts = new ArrayList<String>();
        for (String part : text.split("/", -1)) {
            if (part.equals("..")) {
                throw new InvalidArgumentException("path could lead out: " + shown(text));
            }
            if (FileNames.encode(part).length > LONGEST_NAME) {
                throw new InvalidArgumentException("path has a name of more than " + LONGEST_NAME + " bytes: " + shown(text));
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return new InnerPath(parts);
    }

    public boolean isRoot() {
        return parts.isEmpty();
    }

    /** The last part; {@code .} for the root. */
    public String name() {
        return parts.isEmpty() ? "." : parts.getLast();
    }

    /** The folder that has it, relative to the root; {@code .} for the root itself. */
    public String parent() {
        return parts.size() < 2 ? "." : String.join("/", parts.subList(0, parts.size() - 1));
    }

    /** Relative to the root. */
    public String relative() {
        return parts.isEmpty() ? "." : String.join("/", parts);
    }

    /** As people see it: {@code /sub/file}, short, without control characters. */
    @Override
    public String toString() {
        return shown("/" + String.join("/", parts));
    }

    private static String shown(String text) {
        var cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return cut.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    }
}
