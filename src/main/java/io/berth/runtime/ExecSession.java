package io.berth.runtime;

import io.berth.log.StreamKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A process that was started in a running container, and its streams. A slow reader makes the process wait, as a pipe would; one that
 * closes leaves it running and its output is dropped. Somebody has to read, or {@link #exited} never completes.
 */
public final class ExecSession implements IoSession {

    private static final int REQUEST = 1;
    private static final int MAX_INPUT = 32 << 10;

    private final ShimConnection connection;
    private final Started started;
    private final CompletableFuture<Exit> exited = new CompletableFuture<>();

    private ExecSession(ShimConnection connection, Started started) {
        this.connection = connection;
        this.started = started;
    }

    static ExecSession open(ShimConnection connection, LaunchPlan plan, ExecKind kind) throws IOException, LaunchFailedException {
        connection.send(Frames.EXEC, kind.flags(), REQUEST, ByteBuffer.wrap(plan.encode()));
        var answer = connection.receive();
        if (answer != null && answer.type() == Frames.STARTED) {
            return new ExecSession(connection, ShimConnection.started(answer.payload()));
        }
        connection.close();
        if (answer != null && answer.type() == Frames.ERROR) {
            throw ShimConnection.failure(answer.payload());
        }
        throw new IOException("the shim did not answer to an exec");
    }

    public Started started() {
        return started;
    }

    /** Completes when the output has been read to its end; with an {@link IOException} when the shim was lost. */
    public CompletableFuture<Exit> exited() {
        return exited;
    }

    @Override
    public @Nullable OutputFrame read() throws IOException {
        while (!exited.isDone()) {
            var frame = receive();
            if (frame == null) {
                exited.completeExceptionally(new IOException("the container's shim has ended"));
            } else if (frame.type() == Frames.OUT || frame.type() == Frames.ERR) {
                return new OutputFrame(frame.type() == Frames.OUT ? StreamKind.STDOUT : StreamKind.STDERR, frame.payload());
            } else if (frame.type() == Frames.EXITED) {
                exited.complete(ShimConnection.exit(frame.payload()));
            }
        }
        return null;
    }

    private ShimConnection.@Nullable Frame receive() throws IOException {
        try {
            return connection.receive();
        } catch (IOException failure) {
            exited.completeExceptionally(failure);
            throw failure;
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        sendInput(connection, bytes);
    }

    @Override
    public void closeInput() throws IOException {
        connection.send(Frames.CLOSE_STDIN, 0, REQUEST);
    }

    /** Sets the size of the terminal. The answer comes between the frames of output and is passed over there. */
    public void resize(int rows, int columns) throws IOException {
        connection.send(Frames.RESIZE, 0, REQUEST, size(rows, columns));
    }

    /** Sends a signal to the process. */
    public void signal(int number) throws IOException {
        connection.send(Frames.SIGNAL, 0, REQUEST, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).flip());
    }

    static ByteBuffer size(int rows, int columns) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putShort((short) rows).putShort((short) columns).flip();
    }

    static void sendInput(ShimConnection connection, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), MAX_INPUT);
            connection.send(Frames.STDIN, 0, REQUEST, bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
