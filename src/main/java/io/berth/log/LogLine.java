package io.berth.log;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A line as a program has written it, put together of its pieces.
 *
 * @param at of its last piece: lines are in the order in which they ended
 * @param from of its first piece, which has the line's time
 * @param data without the newline; of a long line the first {@link LineAssembler#KEPT} bytes. Not to be changed
 * @param bytes how long it is as a whole, without the newline
 * @param hits where the search found something; empty when it did not, or there was none
 * @param afterGap whether lines are missing before this one, which are gone from the disk
 */
public record LogLine(LogPosition at, LogPosition from, StreamKind stream, byte[] data, long bytes, List<LogSearch.Hit> hits, boolean afterGap) {

    /** What is no UTF-8 is replaced. */
    String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    LogLine with(List<LogSearch.Hit> found) {
        return new LogLine(at, from, stream, data, bytes, found, afterGap);
    }

    LogLine afterAGap() {
        return new LogLine(at, from, stream, data, bytes, hits, true);
    }

    /** Whether more was written than is in the text. */
    boolean isCut() {
        return bytes > LineAssembler.KEPT;
    }
}
