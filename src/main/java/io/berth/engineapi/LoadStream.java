package io.berth.engineapi;

import io.berth.image.LoadListener;
import io.berth.image.LoadedImage;
import io.berth.oci.Digest;
import jakarta.servlet.http.HttpServletResponse;

/** A load as clients see it. Safe for use by many threads. */
final class LoadStream extends TransferStream implements LoadListener {

    private final boolean quiet;

    /** @param quiet whether layers are not told of */
    LoadStream(HttpServletResponse response, boolean quiet) {
        super(response);
        this.quiet = quiet;
    }

    @Override
    public void layer(Digest diffId, long readBytes, long totalBytes) {
        if (!quiet) {
            progress(diffId, "Loading layer", readBytes, totalBytes);
        }
    }

    @Override
    public void loaded(LoadedImage image) {
        image.lines().forEach(line -> write(Wire.of("stream", line + "\n")));
    }
}
