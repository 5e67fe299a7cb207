package io.berth.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Requests to the engine's socket as they are written, one connection each: for what no well-behaved client sends. */
record EngineClient(Path socket) {

    /**
     * An answer.
     *
     * @param status of HTTP
     * @param body as text, chunks joined
     */
    record Answer(int status, String body) {}

    Answer post(String path, String json) {
        var body = json.getBytes(StandardCharsets.UTF_8);
        return send("POST " + path, "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n", body);
    }

    Answer post(String path, byte[] tar) {
        return send("POST " + path, "Content-Type: application/x-tar\r\nContent-Length: " + tar.length + "\r\n", tar);
    }

    /** As {@link #post(String, byte[])}, but one byte that is promised never comes. */
    Answer postUnfinished(String path, byte[] part) {
        return send("POST " + path, "Content-Type: application/x-tar\r\nContent-Length: " + (part.length + 1) + "\r\n", part);
    }

    Answer get(String path) {
        return send("GET " + path, "", new byte[0]);
    }

    Answer delete(String path) {
        return send("DELETE " + path, "", new byte[0]);
    }

    private Answer send(String what, String headers, byte[] body) {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            var request = new ByteArrayOutputStream();
            request.writeBytes((what + " HTTP/1.0\r\nHost: engine\r\n" + headers + "\r\n").getBytes(StandardCharsets.UTF_8));
            request.writeBytes(body);
            for (var rest = ByteBuffer.wrap(request.toByteArray()); rest.hasRemaining();) {
                channel.write(rest);
            }
            var answer = new ByteArrayOutputStream();
            var buffer = ByteBuffer.allocate(64 << 10);
            while (channel.read(buffer.clear()) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
            }
            var text = answer.toString(StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new AssertionError("no answer to " + what + ": '" + text + "'");
            }
            return new Answer(Integer.parseInt(text.split(" ", 3)[1]), text.substring(end + 4));
        } catch (IOException failed) {
            throw new UncheckedIOException(what, failed);
        }
    }
}
