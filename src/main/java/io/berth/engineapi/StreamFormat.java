package io.berth.engineapi;

import io.berth.http.ApiVersion;
import io.berth.log.StreamKind;
import java.nio.ByteBuffer;

/**
 * How output travels: with a terminal as it is, else in frames of {@code [stream,0,0,0,length]} and payload. Source: Docker Engine API 1.51,
 * ContainerAttach, "Stream format".
 */
record StreamFormat(boolean raw) {

    private static final int HEADER = 8;

    String contentType(ApiVersion version) {
        return raw || !version.atLeast(42) ? "application/vnd.docker.raw-stream" : "application/vnd.docker.multiplexed-stream";
    }

    ByteBuffer encode(StreamKind stream, ByteBuffer data) {
        if (raw) {
            return data;
        }
        return ByteBuffer.allocate(HEADER + data.remaining()).put((byte) (stream == StreamKind.STDOUT ? 1 : 2)).put((byte) 0).put((byte) 0)
                .put((byte) 0).putInt(data.remaining()).put(data).flip();
    }
}
