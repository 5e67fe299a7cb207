package io.berth.network.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Over TCP, with a connection for this query alone. */
final class TcpAttempt extends Attempt<SocketChannel> {

    private static final int MAX_BYTES = 65535;

    private final FrameReader reader = new FrameReader(MAX_BYTES);
    private final FrameWriter writer = new FrameWriter();

    TcpAttempt(Common common, Query query, InetSocketAddress upstream, Outcome outcome) {
        super(common, query, upstream, outcome);
    }

    @Override
    SocketChannel open(ProtocolFamily family) throws IOException {
        return SocketChannel.open(family);
    }

    @Override
    void begin(Loop loop, SocketChannel channel) throws IOException {
        writer.add(question());
        SelectionKey key = loop.register(channel, SelectionKey.OP_CONNECT, this);
        if (channel.connect(upstream())) {
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        var channel = (SocketChannel) key.channel();
        if (key.isConnectable() && channel.finishConnect()) {
            key.interestOps(SelectionKey.OP_WRITE);
        } else if (key.isWritable() && writer.write(channel)) {
            key.interestOps(SelectionKey.OP_READ);
        } else if (key.isReadable()) {
            reader.read(channel, this::received);
        }
    }

    @Override
    boolean overTcp() {
        return true;
    }
}
