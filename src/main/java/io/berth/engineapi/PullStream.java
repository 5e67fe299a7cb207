package io.berth.engineapi;

import io.berth.image.PullListener;
import io.berth.image.PulledImage;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import io.berth.oci.Platform;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/** A pull as clients see it. Safe for use by many threads. */
final class PullStream extends TransferStream implements PullListener {

    private final @Nullable Platform asked;

    /** @param asked the platform that is asked for; null for none */
    PullStream(HttpServletResponse response, @Nullable Platform asked) {
        super(response);
        this.asked = asked;
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

    @Override
    public void pulled(PulledImage pulled) {
        write(Wire.of("status", "Digest: " + pulled.digest()));
        // What is there for one platform alone comes whatever was asked for. Before the last line, by which clients know that all went well.
        String mismatch = pulled.image().mismatch(asked, pulled.reference().familiar());
        if (mismatch != null) {
            write(Wire.of("status", "WARNING: " + mismatch));
        }
    }

    /** @param what was asked for @param isNew whether any of it came */
    void ends(String what, boolean isNew) {
        write(Wire.of("status", "Status: " + (isNew ? "Downloaded newer image for " : "Image is up to date for ") + what));
    }
}
