package io.berth.runtime;

import io.berth.log.LogFollow;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** Growth of a log as its shim tells it, on a connection of its own. */
final class ShimLogFollow implements LogFollow {

    private static final int REQUEST = 1;

    private final ShimConnection connection;
    private boolean over;

    private ShimLogFollow(ShimConnection connection) {
        this.connection = connection;
    }

    static ShimLogFollow open(ShimConnection connection) throws IOException {
        connection.send(Frames.SUBSCRIBE, Frames.SUBSCRIBE_LOG | Frames.SUBSCRIBE_EXIT, REQUEST);
        connection.receive();
        return new ShimLogFollow(connection);
    }

    @Override
    public boolean awaitGrowth() throws IOException {
        if (over) {
            return false;
        }
        try {
            var frame = connection.receive();
            // After the end one more look is due: the last lines were written before it was told.
            over = frame == null || frame.type() == Frames.EXITED;
            return true;
        } catch (ClosedChannelException closed) {
            return false;
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
