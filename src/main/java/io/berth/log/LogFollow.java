package io.berth.log;

import java.io.IOException;

/** Tells a reader when a log may have grown. Used by one thread. */
public interface LogFollow extends AutoCloseable {

    /**
     * Waits until the log may have grown since the last call.
     *
     * @return false when nothing more will be written
     */
    boolean awaitGrowth() throws IOException;

    @Override
    void close();
}
