package io.berth.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a process: one thread reads, another may write, any may close. Reads and writes block; virtual threads may do so. A
 * reader that is slow loses nothing: see {@link AttachSession} and {@link ExecSession} for who waits.
 */
public interface IoSession extends AutoCloseable {

    /** The next piece of output; null at its end. */
    @Nullable OutputFrame read() throws IOException;

    /** Writes to standard input; waits while the process does not read. After the input's end it is dropped. */
    void write(ByteBuffer bytes) throws IOException;

    /** Ends standard input, where that is the session's to end. */
    void closeInput() throws IOException;

    /** Leaves the process to itself. May be repeated; wakes a reader. */
    @Override
    void close();
}
