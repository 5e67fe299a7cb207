package io.berth.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads entries in the order in which they were written. For one thread; {@link #close} may come from another and ends a wait. */
public interface LogReader extends AutoCloseable {

    /** The next entry; null at the end, which with {@link LogQuery#follow} is the end of the container's output. */
    @Nullable LogEntry next() throws IOException;

    /** Whether the next entry is there without waiting: a writer may then put several together. */
    boolean hasMoreNow() throws IOException;

    @Override
    void close();
}
