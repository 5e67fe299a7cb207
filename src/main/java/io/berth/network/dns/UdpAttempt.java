package io.berth.network.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;

/** Over UDP. A port that nobody has is told by the kernel at once, as a failure to read. */
final class UdpAttempt extends Attempt<DatagramChannel> {

    private final Loop loop;

    UdpAttempt(Common common, Query query, InetSocketAddress upstream, Outcome outcome) {
        super(common, query, upstream, outcome);
        this.loop = common.loop();
    }

    @Override
    DatagramChannel open(ProtocolFamily family) throws IOException {
        return DatagramChannel.open(family);
    }

    @Override
    void begin(Loop loop, DatagramChannel channel) throws IOException {
        loop.register(channel.connect(upstream()), SelectionKey.OP_READ, this);
        if (channel.write(ByteBuffer.wrap(question())) == 0) {
            throw new IOException("the socket takes nothing");
        }
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        var channel = (DatagramChannel) key.channel();
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
