package io.berth.network.dns;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP connection of a client. Queries in it are answered in the order in which answers are there. Used by the loop's thread. */
final class ClientConnection implements Loop.Ready, Asker {

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final Common common;
    private final SocketChannel channel;
    private final ServedContainer container;
    private final Consumer<ClientConnection> closed;
    private final SelectionKey key;
    private final FrameReader reader = new FrameReader(Query.MAX_BYTES);
    private final FrameWriter writer = new FrameWriter();
    private Loop.@Nullable Timer idle;
    private int unanswered;
    private boolean ended;

    /** Serves it. @param closed told when it is over */
    ClientConnection(Common common, SocketChannel channel, ServedContainer container, Consumer<ClientConnection> closed)
            throws IOException {
        this.common = common;
        this.channel = channel;
        this.container = container;
        this.closed = closed;
        this.key = common.loop().register(channel, SelectionKey.OP_READ, this);
        used();
    }

    @Override
    public void ready(SelectionKey ready) throws IOException {
        if (ready.isWritable()) {
            write();
        }
        if (ready.isValid() && ready.isReadable()) {
            try {
                reader.read(channel, this::asked);
            } catch (EOFException lastQuery) {
                ended = true; // the client may still read
                key.interestOpsAnd(~SelectionKey.OP_READ);
                closeWhenServed();
            }
        }
    }

    private void asked(byte[] query) {
        used();
        unanswered++;
        if (!container.asked(query, this)) {
            close();
        }
    }

    @Override
    public void answer(byte[] reply) {
        if (!channel.isOpen()) {
            return;
        }
        unanswered--;
        used();
        try {
            writer.add(reply);
            write();
        } catch (IOException failed) {
            failed(key, failed);
        }
    }

    private void write() throws IOException {
        if (writer.write(channel)) {
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
            closeWhenServed();
        } else {
            key.interestOpsOr(SelectionKey.OP_WRITE);
        }
    }

    private void closeWhenServed() {
        if (ended && unanswered == 0 && (key.interestOps() & SelectionKey.OP_WRITE) == 0) {
            close();
        }
    }

    private void used() {
        if (idle != null) {
            common.loop().cancel(idle);
        }
        idle = common.loop().after(common.limits().idle(), this::close);
    }

    @Override
    public boolean overTcp() {
        return true;
    }

    @Override
    public void failed(SelectionKey ready, Exception why) {
        LOG.debug("a connection to the name server: {}", why.toString());
        close();
    }

    void close() {
        if (idle != null) {
            common.loop().cancel(idle);
        }
        try {
            channel.close();
        } catch (IOException failed) {
            LOG.debug("close a connection to the name server: {}", failed.toString());
        }
        closed.accept(this);
    }
}
