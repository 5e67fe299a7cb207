package io.berth.container;

import io.berth.runtime.AttachFlag;
import io.berth.runtime.AttachSession;
import io.berth.runtime.IoSession;
import io.berth.runtime.OutputFrame;
import io.berth.runtime.ShimClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Streams of a container that has not started yet: reads and writes wait for the start. Ends when the start fails. */
final class PendingAttach implements IoSession {

    private final Set<AttachFlag> flags;
    private final CompletableFuture<@Nullable AttachSession> opened = new CompletableFuture<>();

    PendingAttach(Set<AttachFlag> flags) {
        this.flags = Set.copyOf(flags);
    }

    /** Opens the streams at a shim that is about to start its program. */
    void open(ShimClient shim) throws IOException {
        if (!opened.isDone()) {
            var session = shim.attach(flags);
            if (!opened.complete(session)) {
                session.close();
            }
        }
    }

    @Override
    public @Nullable OutputFrame read() throws IOException {
        var session = opened.join();
        return session == null ? null : session.read();
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        var session = opened.join();
        if (session != null) {
            session.write(bytes);
        }
    }

    @Override
    public void closeInput() throws IOException {
        var session = opened.join();
        if (session != null) {
            session.closeInput();
        }
    }

    @Override
    public void close() {
        if (!opened.complete(null)) {
            var session = opened.join();
            if (session != null) {
                session.close();
            }
        }
    }
}
