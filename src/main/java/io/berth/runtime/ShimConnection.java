package io.berth.runtime;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Frames to and from a shim. One thread reads; writers take turns. */
final class ShimConnection implements AutoCloseable {

    private static final int MAX_PAYLOAD = 1 << 20;

    private final SocketChannel channel;
    private final ReentrantLock writing = new ReentrantLock();
    private ByteBuffer in = ByteBuffer.allocate(64 << 10).order(ByteOrder.LITTLE_ENDIAN).limit(0);

    /** A frame; {@code payload} is valid until the next is read. */
    record Frame(int type, int id, ByteBuffer payload) {}

    private ShimConnection(SocketChannel channel) {
        this.channel = channel;
    }

    static ShimConnection open(Path socket) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new ShimConnection(channel);
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
    }

    void send(int type, int flags, int id, ByteBuffer payload) throws IOException {
        var header = ByteBuffer.allocate(Frames.HEADER).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(payload.remaining()).putShort((short) type).putShort((short) flags).putInt(id).flip();
        writing.lock();
        try {
            var parts = new ByteBuffer[] {header, payload};
            while (header.hasRemaining() || payload.hasRemaining()) {
                channel.write(parts);
            }
        } finally {
            writing.unlock();
        }
    }

    void send(int type, int flags, int id) throws IOException {
        send(type, flags, id, ByteBuffer.allocate(0));
    }

    /** The next frame; null when the shim has closed the connection. */
    @Nullable Frame receive() throws IOException {
        if (!require(Frames.HEADER)) {
            return null;
        }
        int length = in.getInt();
        int type = Short.toUnsignedInt(in.getShort());
        in.getShort();
        int id = in.getInt();
        if (length < 0 || length > MAX_PAYLOAD) {
            throw new IOException("a frame of " + length + " bytes from a shim");
        }
        if (!require(length)) {
            throw new EOFException("a shim ended in the middle of a frame");
        }
        var payload = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return new Frame(type, id, payload);
    }

    private boolean require(int bytes) throws IOException {
        if (in.remaining() >= bytes) {
            return true;
        }
        if (in.capacity() < bytes) {
            in = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN).put(in).flip();
        }
        in.compact();
        while (in.position() < bytes) {
            if (channel.read(in) < 0) {
                return false;
            }
        }
        in.flip();
        return true;
    }

    static LaunchFailedException failure(ByteBuffer payload) {
        int operation = payload.getInt();
        int errno = payload.getInt();
        byte[] text = new byte[payload.getInt()];
        payload.get(text);
        return new LaunchFailedException(operation, errno, new String(text, StandardCharsets.UTF_8));
    }

    static Started started(ByteBuffer payload) {
        int pid = payload.getInt();
        return new Started(pid, instant(payload.getLong()));
    }

    static Exit exit(ByteBuffer payload) {
        int code = payload.getInt();
        boolean oom = payload.get() != 0;
        return new Exit(code, oom, instant(payload.getLong()));
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
