package io.berth.engineapi;

import io.berth.error.EngineException;
import io.berth.json.DockerJson;
import io.berth.oci.Digest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pull, push, load or import as clients see it: a line of JSON for each step, in Docker's words, since clients read them. A layer's
 * progress is told ten times a second at most. Safe for use by many threads.
 */
abstract class TransferStream {

    private static final Logger LOG = LoggerFactory.getLogger(TransferStream.class);
    private static final long PAUSE_NANOS = 100_000_000;
    private static final long SILENCE_NANOS = 1_000_000_000;
    private static final int BAR = 50;

    private final HttpServletResponse response;
    private final Map<String, Long> told = new HashMap<>();
    private @Nullable Wire last;
    private long lastAt;
    private boolean gone;

    TransferStream(HttpServletResponse response) {
        this.response = response;
    }

    /** Whether an error has to be told within the stream. */
    final synchronized boolean hasBegun() {
        return last != null;
    }

    /** Whether nobody is there any more to whom anything could be told. */
    private synchronized boolean isGone() {
        return gone;
    }

    /** Does the work that is told of. A failure is told within the stream once that has begun, and is thrown before. */
    final void tell(Runnable transfer) {
        try {
            transfer.run();
        } catch (EngineException failure) {
            if (!hasBegun()) {
                throw failure;
            }
            if (DockerErrors.statusOf(failure) == 500) {
                LOG.error("request failed", failure);
            }
            fails(failure);
        } catch (UncheckedIOException broken) {
            if (!isGone()) {
                throw broken;
            }
            LOG.debug("the client is gone", broken);
        }
    }

    final void layer(Digest layer, String status) {
        write(Wire.of("status", status).with("progressDetail", Map.of()).with("id", layer.shortHex()));
    }

    final void progress(Digest layer, String status, long current, long total) {
        progress(layer.shortHex(), status, current, total);
    }

    /** @param id what it is the progress of; empty for the whole @param total bytes that are expected; 0 when nobody knows */
    final void progress(String id, String status, long current, long total) {
        synchronized (this) {
            long now = System.nanoTime();
            Long before = told.get(id);
            if (current != total && before != null && now - before < PAUSE_NANOS) {
                return;
            }
            told.put(id, now);
        }
        var line = Wire.of("status", status).with("progressDetail", Wire.of("current", current).with("total", total))
                .with("progress", bar(current, total));
        write(id.isEmpty() ? line : line.with("id", id));
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

    private void fails(EngineException failure) {
        write(Wire.of("errorDetail", Wire.of("message", failure.getMessage())).with("error", failure.getMessage()));
    }

    /** Says the last line once more when there was none for a second: only by writing it is learnt that a client is gone. */
    final synchronized void repeat() {
        if (last != null && System.nanoTime() - lastAt > SILENCE_NANOS) {
            write(last);
        }
    }

    /** A client that is gone ends the transfer. */
    final synchronized void write(Wire line) {
        try {
            if (last == null) {
                response.setContentType("application/json");
            }
            last = line;
            lastAt = System.nanoTime();
            response.getOutputStream().write(DockerJson.line(line));
            response.flushBuffer();
        } catch (IOException broken) {
            gone = true;
            throw new UncheckedIOException("the client is gone", broken);
        }
    }
}
