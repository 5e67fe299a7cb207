package io.berth.engineapi;

import io.berth.image.PullListener;
import io.berth.image.PulledImage;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import jakarta.servlet.http.HttpServletResponse;

/** A pull as clients see it. Safe for use by many threads. */
final class PullStream extends TransferStream implements PullListener {

    PullStream(HttpServletResponse response) {
        super(response);
    }

    @Override
    public void begins(ImageReference reference) {
        String tag = reference.digest() != null ? reference.digest().toString() : String.valueOf(reference.tag());
        // Without the host, as Docker has it.
        write(Wire.of("status", "Pulling from " + reference.path()).with("id", tag));
    }

    @Override
    public void layer(Digest blob, Step step, long currentBytes, long totalBytes) {
        switch (step) {
            case WAITS -> layer(blob, "Pulling fs layer");
            case ALREADY_THERE -> layer(blob, "Already exists");
            case DOWNLOADS -> progress(blob, "Downloading", currentBytes, totalBytes);
            case DOWNLOADED -> {
                layer(blob, "Verifying Checksum");
                layer(blob, "Download complete");
            }
            case UNPACKS -> progress(blob, "Extracting", currentBytes, totalBytes);
            case DONE -> layer(blob, "Pull complete");
            case RETRIES -> layer(blob, "Retrying");
        }
    }

    void pulled(PulledImage pulled) {
        write(Wire.of("status", "Digest: " + pulled.digest()));
    }

    /** @param what was asked for @param isNew whether any of it came */
    void ends(String what, boolean isNew) {
        write(Wire.of("status", "Status: " + (isNew ? "Downloaded newer image for " : "Image is up to date for ") + what));
    }
}
