package io.berth.image.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A file on its way from a web server. For one thread, which closes it.
 *
 * @param totalBytes its size; 0 when the server does not say
 */
public record WebArchive(AutoCloseable answer, InputStream body, long totalBytes) implements AutoCloseable {

    /** Ends a body that drips. */
    static final class Guarded extends FilterInputStream {

        private final StallGuard guard = new StallGuard();

        Guarded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            guard.took(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int number = super.read(bytes, offset, length);
            guard.took(Math.max(number, 0));
            return number;
        }
    }

    @Override
    public void close() throws IOException {
        RegistryClient.close(answer);
    }
}
