import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A connection to an engine: HTTP/1.1 (RFC 9112) on a Unix socket, one request after the other, for one thread at a time. */
final class Connection implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 16;

    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    private Connection(SocketChannel channel) {
        this.channel = channel;
        this.in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES);
        this.out = Channels.newOutputStream(channel);
    }

    static Connection open(Path socket) throws IOException {
        return new Connection(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /**
     * Sends a request and reads the head of the answer; its body must be read to the end before the next request.
     *
     * @param json the request's body; empty for none
     * @param headers further header lines, without line ends
     * @throws EOFException if the engine closes the connection before the answer's first byte
     */
    Response request(String method, String target, String json, String... headers) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: engine\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (body.length > 0) {
            head.append("Content-Type: application/json\r\n");
        }
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n").append(json);
        out.write(head.toString().getBytes(StandardCharsets.UTF_8));
        return readHead();
    }

    private Response readHead() throws IOException {
        String status = Body.line(in);
        String[] words = status.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
            throw new IOException("not an HTTP answer: " + status);
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = Body.line(in); !line.isEmpty(); line = Body.line(in)) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        int code = Integer.parseInt(words[1]);
        return new Response(code, Body.of(in, code, headers));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
