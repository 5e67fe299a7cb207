package io.berth.network.dns;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Messages out of a TCP connection, each behind its length in two bytes (RFC 1035, 4.2.2). */
final class FrameReader {

    private static final int HEADER_BYTES = 12;
    /** After so many the others have their turn. */
    private static final int MESSAGES_PER_TURN = 16;

    private final int maxBytes;
    private final ByteBuffer length = ByteBuffer.allocate(2);
    private @Nullable ByteBuffer body;

    /** For one connection. @param maxBytes of a message */
    FrameReader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Hands on the messages that are there.
     *
     * @throws EOFException the other side has ended its stream
     * @throws IOException the connection is broken, or a length is none of a message
     */
    void read(SocketChannel channel, Consumer<byte[]> message) throws IOException {
        for (int messages = 0; messages < MESSAGES_PER_TURN && channel.isOpen();) {
            ByteBuffer target = body == null ? length : body;
            if (channel.read(target) < 0) {
                throw new EOFException();
            }
            if (target.hasRemaining()) {
                return;
            }
            if (body == null) {
                body = ByteBuffer.allocate(checked(length.flip().getShort() & 0xffff));
            } else {
                byte[] whole = body.array();
                body = null;
                length.clear();
                messages++;
                message.accept(whole);
            }
        }
    }

    private int checked(int bytes) throws IOException {
        if (bytes < HEADER_BYTES || bytes > maxBytes) {
            throw new IOException("a message of " + bytes + " bytes");
        }
        return bytes;
    }
}
