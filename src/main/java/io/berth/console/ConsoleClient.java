package io.berth.console;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One who looks at a console: reads its output from some position on, without a gap, and may type. One thread reads, another may do the
 * rest. Closing it leaves the console to others, or to itself.
 */
public final class ConsoleClient implements AutoCloseable {

    private final ConsoleSession session;
    private final Start start;
    /** Guarded by the session. */
    private long at;
    private boolean late;
    private boolean closed;

    /**
     * Where the output begins that a client gets.
     *
     * @param from position of its first byte
     * @param missed how many bytes before that were asked for and are no longer there
     * @param answered up to where the output was shown before: whatever it asked of a terminal was answered then
     */
    public record Start(long from, long missed, long answered) {}

    /** What comes next. */
    public sealed interface Piece {
        record Output(byte[] bytes) implements Piece {}

        /** The client was too slow: so many bytes are lost to it, and it goes on at this position. */
        record Missed(long from, long bytes) implements Piece {}

        record Ended(ConsoleView console) implements Piece {}
    }

    ConsoleClient(ConsoleSession session, Start start) {
        this.session = session;
        this.start = start;
        this.at = start.from();
    }

    public Start start() {
        return start;
    }

    public ConsoleView console() {
        return session.view();
    }

    /** Waits for what comes next; null when this was closed. After {@link Piece.Ended} nothing comes. */
    public @Nullable Piece next() throws InterruptedException {
        return session.next(this);
    }

    /** Types. Waits while the program does not read; after its end it goes nowhere. */
    public void type(ByteBuffer bytes) {
        session.type(bytes);
    }

    public void resize(int rows, int columns) {
        session.resize(rows, columns);
    }

    @Override
    public void close() {
        session.leave(this);
    }

    long at() {
        return at;
    }

    void moveTo(long position) {
        at = position;
        late = false;
    }

    boolean isLate() {
        return late;
    }

    void becomeLate() {
        late = true;
    }

    boolean isClosed() {
        return closed;
    }

    void markClosed() {
        closed = true;
    }
}
