package io.berth.engineapi;

import io.berth.error.InvalidArgumentException;
import io.berth.http.BrokenAnswer;
import jakarta.servlet.http.HttpServletRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/** What a client sends. One that sends nothing for longer than {@code berth.engine.silence} is told so. For one thread. */
final class ClientBody extends FilterInputStream {

    private final HttpServletRequest request;

    private ClientBody(HttpServletRequest request) throws IOException {
        super(request.getInputStream());
        this.request = request;
    }

    /** @throws IOException the client is gone */
    static InputStream of(HttpServletRequest request) throws IOException {
        return new ClientBody(request);
    }

    /** One read of the connection. */
    private interface Read {
        int get() throws IOException;
    }

    private int patiently(Read read) throws IOException {
        try {
            return read.get();
        } catch (IOException broken) {
            if (broken instanceof SocketTimeoutException || broken.getCause() instanceof SocketTimeoutException) {
                BrokenAnswer.giveWords(request);
                throw new InvalidArgumentException("the client sent nothing for longer than berth.engine.silence allows, before the end of its request",
                        broken);
            }
            throw broken;
        }
    }

    @Override
    public int read() throws IOException {
        return patiently(super::read);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return patiently(() -> super.read(bytes, offset, length));
    }
}
