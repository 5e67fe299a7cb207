package io.berth.container;

import io.berth.runtime.ExecSession;
import io.berth.runtime.Exit;
import io.berth.runtime.IoSession;
import io.berth.runtime.OutputFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The streams of an exec. Its end is written down before {@link #read} tells the end of its output, so that a client that has read all can
 * ask for the exit code at once. A client that leaves does not end the exec: its output is then read by us and dropped.
 */
final class ExecStream implements IoSession {

    /** The code of a program that a signal has ended, as a shell has it. */
    private static final int HUNG_UP = 128 + Signals.SIGHUP;

    private final ExecSession session;
    private final Consumer<Exit> ended;
    private final String name;
    private final AtomicBoolean abandoned = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();

    ExecStream(String name, ExecSession session, Consumer<Exit> ended) {
        this.name = name;
        this.session = session;
        this.ended = ended;
    }

    @Override
    public @Nullable OutputFrame read() throws IOException {
        if (abandoned.get()) {
            return null;
        }
        var frame = session.read();
        if (frame == null) {
            settle();
        }
        return abandoned.get() ? null : frame;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        session.write(bytes);
    }

    @Override
    public void closeInput() throws IOException {
        session.closeInput();
    }

    void resize(int rows, int columns) throws IOException {
        session.resize(rows, columns);
    }

    /** Lets go of a tied exec: its terminal is hung up. What it makes of that is not waited for; it counts as ended by that signal. */
    void hangUp() {
        session.close();
        if (over.compareAndSet(false, true)) {
            ended.accept(new Exit(HUNG_UP, false, java.time.Instant.now()));
        }
    }

    @Override
    public void close() {
        if (!over.get() && abandoned.compareAndSet(false, true)) {
            Thread.ofVirtual().name("exec-" + name).start(this::drain);
        }
    }

    /** Reads to the end for nobody. */
    void drain() {
        try {
            session.closeInput();
            while (session.read() != null) {
                // Dropped: nobody is there to see it.
                continue;
            }
        } catch (IOException lost) {
            // The container is gone with its shim; settle() tells the exit as far as it is known.
            session.close();
        }
        settle();
    }

    private void settle() {
        if (over.compareAndSet(false, true)) {
            ended.accept(session.exited().exceptionally(loss -> new Exit(137, false, java.time.Instant.now())).join());
            session.close();
        }
    }
}
