package io.berth.engineapi;

import io.berth.http.HijackedConnection;
import io.berth.runtime.IoSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries bytes between a client's connection and the streams of a process: output on the caller's thread, input on one of its own. */
final class StreamPump {

    private static final Logger LOG = LoggerFactory.getLogger(StreamPump.class);
    private static final int CHUNK = 32 << 10;

    private final HijackedConnection connection;
    private final IoSession process;
    private final StreamFormat format;

    StreamPump(HijackedConnection connection, IoSession process, StreamFormat format) {
        this.connection = connection;
        this.process = process;
        this.format = format;
    }

    /**
     * Runs until the process's output is over or the client is gone.
     *
     * @param withInput what the client sends goes to the process
     * @param keys that end it; null for none
     */
    void run(boolean withInput, @Nullable DetachKeys keys, Runnable detached) throws IOException {
        if (withInput) {
            Thread.ofVirtual().name("stdin").start(() -> carryInput(keys, detached));
        }
        try (process) {
            for (var frame = process.read(); frame != null; frame = process.read()) {
                connection.write(format.encode(frame.stream(), frame.data()));
            }
        }
    }

    private void carryInput(@Nullable DetachKeys keys, Runnable detached) {
        var buffer = ByteBuffer.allocate(CHUNK);
        try {
            while (connection.read(buffer.clear()) >= 0) {
                ByteBuffer typed = buffer.flip();
                if (keys != null) {
                    typed = keys.filter(typed);
                    if (typed == null) {
                        detached.run();
                        process.close();
                        return;
                    }
                }
                process.write(typed);
            }
            // The client has ended its side: that is the end of the input, output goes on.
            process.closeInput();
        } catch (IOException over) {
            LOG.debug("input is over", over);
        }
    }
}
