package io.berth.image.registry;

import io.berth.archive.TappedInput;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * A file on its way from a web server. For one thread, which closes it.
 *
 * @param totalBytes its size; 0 when the server does not say
 */
public record WebArchive(Closeable answer, InputStream body, long totalBytes) implements Closeable {

    /** Ends a body that drips. */
    static final class Guarded extends TappedInput {

        private final StallGuard guard = new StallGuard();

        Guarded(InputStream in) {
            super(in);
        }

        @Override
        protected void took(int bytes) throws IOException {
            guard.took(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        answer.close();
    }
}
