package io.berth.live;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What one WebSocket shows. {@link #run} has a virtual thread of its own and sends; {@link #close} comes from another and ends it. */
interface LiveStream extends AutoCloseable {

    void run() throws IOException, InterruptedException;

    /** What the browser has typed; only consoles care. */
    default void input(ByteBuffer bytes) throws IOException {}

    /** A message of the browser; only consoles care. */
    default void message(String text) throws IOException {}

    @Override
    void close();
}
