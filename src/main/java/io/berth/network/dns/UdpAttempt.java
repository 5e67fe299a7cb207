package io.berth.network.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/** Over UDP. A port that nobody has is told by the kernel at once, as a failure to read. */
final class UdpAttempt extends Attempt {

    private final Loop loop;
    private volatile DatagramChannel channel;

    @SuppressWarnings("NullAway.Init") // set before it is used: see Attempt.begin
    UdpAttempt(Common common, Query query, InetSocketAddress upstream, Outcome outcome) {
        super(common, query, upstream, outcome);
        this.loop = common.loop();
    }

    @Override
    SelectableChannel open(ProtocolFamily family) throws IOException {
        channel = DatagramChannel.open(family);
        return channel;
    }

    @Override
    void begin(Loop loop) throws IOException {
        loop.register(channel.connect(upstream()), SelectionKey.OP_READ, this);
        if (channel.write(ByteBuffer.wrap(question())) == 0) {
            throw new IOException("the socket takes nothing");
        }
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        ByteBuffer buffer = loop.buffer();
        while (channel.isOpen() && channel.read(buffer) > 0) {
            byte[] message = new byte[buffer.flip().remaining()];
            buffer.get(message);
            received(message);
            buffer.clear();
        }
    }

    @Override
    boolean overTcp() {
        return false;
    }
}
