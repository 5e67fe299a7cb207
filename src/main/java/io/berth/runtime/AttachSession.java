package io.berth.runtime;

import io.berth.log.StreamKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A container's streams. A slow reader never delays the container: the shim serves it from the log later. */
public final class AttachSession implements IoSession {

    private static final int REQUEST = 1;

    private final ShimConnection connection;
    private boolean over;
    private long lostBytes;

    private AttachSession(ShimConnection connection) {
        this.connection = connection;
    }

    static AttachSession open(ShimConnection connection, Set<AttachFlag> flags) throws IOException {
        connection.send(Frames.ATTACH, AttachFlag.bits(flags), REQUEST);
        var answer = connection.receive();
        if (answer == null || answer.type() != Frames.OK) {
            connection.close();
            throw new IOException("the shim refused to attach");
        }
        return new AttachSession(connection);
    }

    @Override
    public @Nullable OutputFrame read() throws IOException {
        while (!over) {
            var frame = connection.receive();
            if (frame == null || frame.type() == Frames.EOF) {
                over = true;
            } else if (frame.type() == Frames.OUT || frame.type() == Frames.ERR) {
                return new OutputFrame(frame.type() == Frames.OUT ? StreamKind.STDOUT : StreamKind.STDERR, frame.payload());
            } else if (frame.type() == Frames.LOST) {
                lostBytes += frame.payload().getLong();
            }
        }
        return null;
    }

    /** Output that was rotated away, or with no log at all passed by, before this reader came to it. */
    public long lostBytes() {
        return lostBytes;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        ExecSession.sendInput(connection, bytes);
    }

    @Override
    public void closeInput() throws IOException {
        connection.send(Frames.CLOSE_STDIN, 0, REQUEST);
    }

    @Override
    public void close() {
        connection.close();
    }
}
