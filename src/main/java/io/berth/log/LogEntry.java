package io.berth.log;

import java.time.Instant;

/**
 * A line, or a piece of a long one.
 *
 * @param at where it stands
 * @param data the exact bytes that were written, with the newline if there was one; not to be changed
 */
public record LogEntry(LogPosition at, StreamKind stream, byte[] data) {

    public Instant time() {
        return at.time();
    }

    /** The line is complete: the next entry of this stream begins a new one. */
    public boolean endsLine() {
        return data.length > 0 && data[data.length - 1] == '\n';
    }
}
