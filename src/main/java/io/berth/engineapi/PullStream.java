package io.berth.engineapi;

import io.berth.error.EngineException;
import io.berth.image.PullListener;
import io.berth.image.PulledImage;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * A pull as clients see it: a line of JSON for each step, in Docker's words, since clients read them. A layer's progress is told ten
 * times a second at most. Safe for use by many threads.
 */
final class PullStream implements PullListener {

    private static final long PAUSE_NANOS = 100_000_000;
    private static final int BAR = 50;

    private final HttpServletResponse response;
    private final Map<Digest, Long> told = new HashMap<>();
    private boolean begun;

    PullStream(HttpServletResponse response) {
        this.response = response;
    }

    /** Whether an error has to be told within the stream. */
    synchronized boolean hasBegun() {
        return begun;
    }

    @Override
    public void begins(ImageReference reference) {
        String tag = reference.digest() != null ? reference.digest().toString() : String.valueOf(reference.tag());
        write(Wire.of("status", "Pulling from " + path(reference)).with("id", tag));
    }

    /** Without the host, as Docker has it. */
    private static String path(ImageReference reference) {
        return reference.path();
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

    private void layer(Digest blob, String status) {
        write(Wire.of("status", status).with("progressDetail", Map.of()).with("id", blob.shortHex()));
    }

    private void progress(Digest blob, String status, long current, long total) {
        synchronized (this) {
            long now = System.nanoTime();
            Long before = told.get(blob);
            if (current < total && before != null && now - before < PAUSE_NANOS) {
                return;
            }
            told.put(blob, now);
        }
        write(Wire.of("status", status).with("progressDetail", Wire.of("current", current).with("total", total))
                .with("progress", bar(current, total)).with("id", blob.shortHex()));
    }

    /** {@code [=====>     ]  1.2MB/3.4MB}: for clients that show the text as it is. */
    private static String bar(long current, long total) {
        int done = total <= 0 ? BAR : (int) Math.min(BAR, current * BAR / total);
        String line = "=".repeat(done) + (done < BAR ? ">" + " ".repeat(BAR - done - 1) : "");
        return "[" + line + "]  " + size(current) + "/" + size(total);
    }

    /** As Docker writes sizes: powers of 1000, four digits. */
    private static String size(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return new java.math.BigDecimal(value).round(new java.math.MathContext(4)).stripTrailingZeros().toPlainString() + units[unit];
    }

    void ends(PulledImage pulled) {
        write(Wire.of("status", "Digest: " + pulled.digest()));
        write(Wire.of("status", "Status: " + (pulled.isNew() ? "Downloaded newer image for " : "Image is up to date for ")
                + pulled.reference().familiar()));
    }

    void fails(EngineException failure) {
        write(Wire.of("errorDetail", Wire.of("message", failure.getMessage())).with("error", failure.getMessage()));
    }

    /** A client that is gone ends the pull. */
    private synchronized void write(Wire line) {
        try {
            if (!begun) {
                begun = true;
                response.setContentType("application/json");
            }
            response.getOutputStream().write(DockerJson.line(line));
            response.flushBuffer();
        } catch (IOException gone) {
            throw new UncheckedIOException("the client of a pull is gone", gone);
        }
    }
}
