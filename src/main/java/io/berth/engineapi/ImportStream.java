package io.berth.engineapi;

import io.berth.image.Image;
import io.berth.image.ImportListener;
import jakarta.servlet.http.HttpServletResponse;

/** An import as clients see it. For one thread. */
final class ImportStream extends TransferStream implements ImportListener {

    ImportStream(HttpServletResponse response) {
        super(response);
    }

    @Override
    public void begins(String url) {
        write(Wire.of("status", "Downloading from " + url));
    }

    @Override
    public void read(long bytes, long totalBytes) {
        progress("", "Importing", bytes, totalBytes);
    }

    void ends(Image image) {
        write(Wire.of("status", image.id().toString()));
    }
}
