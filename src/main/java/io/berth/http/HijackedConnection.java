package io.berth.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** A connection after its HTTP part: raw bytes both ways. One thread reads; writers take turns; any may close. Calls block. */
public final class HijackedConnection implements AutoCloseable {

    private final SocketWrapperBase<?> socket;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();

    HijackedConnection(SocketWrapperBase<?> socket) {
        this.socket = socket;
        socket.setReadTimeout(-1);
        socket.setWriteTimeout(-1);
    }

    /** Reads what there is, at least one byte; -1 when the client has ended its side. */
    public int read(ByteBuffer into) throws IOException {
        try {
            return socket.read(true, into);
        } catch (EOFException ended) {
            return -1;
        }
    }

    /** Writes all of it. */
    public void write(ByteBuffer bytes) throws IOException {
        writing.lock();
        try {
            socket.write(true, bytes);
            socket.flush(true);
        } finally {
            writing.unlock();
        }
    }

    /**
     * Watches for the end of a client that sends nothing: {@code hungUp} runs when it closes. For streams that only tell.
     */
    public void onHangUp(Runnable hungUp) {
        Thread.ofVirtual().name("hang-up").start(() -> {
            var dropped = ByteBuffer.allocate(512);
            try {
                while (read(dropped.clear()) >= 0) {
                    // A client may send what it likes; nobody asked for it.
                    continue;
                }
            } catch (IOException broken) {
                // A reset is a hang-up, too.
                hungUp.run();
                return;
            }
            hungUp.run();
        });
    }

    /** Sends what is left, ends both sides, and wakes a reader. May be repeated. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                SocketChannel channel = ((NioChannel) socket.getSocket()).getIOChannel();
                if (channel.isOpen()) {
                    channel.shutdownOutput();
                    channel.shutdownInput();
                }
            } catch (IOException gone) {
                // The client was first.
                socket.close();
                return;
            }
            socket.close();
        }
    }
}
