package io.berth.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a shim wrote about the end of its process, for the case that nobody was there to hear it. */
public record ExitRecord(Started started, Exit exit) {

    private static final Pattern FORM = Pattern.compile(
            "\\{\"code\":(\\d+),\"oom\":(true|false),\"startedAt\":(\\d+),\"finishedAt\":(\\d+),\"pid\":(\\d+)}\\s*");

    /**
     * The record at {@code path}; empty when there is none.
     *
     * @throws IOException it cannot be read or is no record
     */
    public static Optional<ExitRecord> read(Path path) throws IOException {
        String text;
        try {
            text = Files.readString(path);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw new IOException(path + " is no exit record");
        }
        var started = new Started(Integer.parseInt(match.group(5)), ShimConnection.instant(Long.parseLong(match.group(3))));
        return Optional.of(new ExitRecord(started,
                new Exit(Integer.parseInt(match.group(1)), match.group(2).equals("true"), ShimConnection.instant(Long.parseLong(match.group(4))))));
    }
}
