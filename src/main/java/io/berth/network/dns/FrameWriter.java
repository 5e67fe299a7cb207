package io.berth.network.dns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/** Messages into a TCP connection, each behind its length in two bytes (RFC 1035, 4.2.2). */
final class FrameWriter {

    private static final int MAX_WAITING_BYTES = 256 * 1024;

    private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
    private int waitingBytes;

    /** Adds a message. @throws IOException the other side does not read what it asked for */
    void add(byte[] message) throws IOException {
        waitingBytes += message.length + 2;
        if (waitingBytes > MAX_WAITING_BYTES) {
            throw new IOException("more than " + MAX_WAITING_BYTES + " bytes wait");
        }
        waiting.add(ByteBuffer.allocate(message.length + 2).putShort((short) message.length).put(message).flip());
    }

    /** Writes what the connection takes; true when nothing is left. */
    boolean write(SocketChannel channel) throws IOException {
        while (!waiting.isEmpty()) {
            ByteBuffer first = waiting.getFirst();
            waitingBytes -= channel.write(first);
            if (first.hasRemaining()) {
                return false;
            }
            waiting.removeFirst();
        }
        return true;
    }
}
