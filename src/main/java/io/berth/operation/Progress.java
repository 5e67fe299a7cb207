package io.berth.operation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where work tells how far it is, and where it learns that it is to end. Telling takes a short lock and allocates nothing, so it may be
 * done for each buffer of bytes. Safe for use by many threads.
 */
public final class Progress {

    private final CancelToken cancel;
    private final LongSupplier nanos;
    private final RateMeter rate;
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private volatile String subject;
    private long readBytes;
    private long expectedBytes;

    /** Guarded by the progress. {@code expected} are the bytes that travel: 0 when it was there. */
    private static final class Layer {
        private LayerStep step = LayerStep.WAITS;
        private long current;
        private long total;
        private long moved = -1;
        private long expected;
    }

    Progress(String subject, CancelToken cancel, LongSupplier nanos) {
        this.subject = subject;
        this.cancel = cancel;
        this.nanos = nanos;
        this.rate = new RateMeter(nanos.getAsLong());
    }

    public CancelToken cancel() {
        return cancel;
    }

    /** Says what the work is about, once that is known. */
    public void subject(String text) {
        subject = text;
    }

    /** @param digest of the layer as it travels */
    public synchronized void layer(String digest, LayerStep step, long currentBytes, long totalBytes) {
        Layer layer = layers.get(digest);
        if (layer == null) {
            layer = new Layer();
            layers.put(digest, layer);
        }
        layer.step = step;
        layer.current = currentBytes;
        layer.total = totalBytes;
        switch (step) {
            case WAITS -> layer.expected = totalBytes;
            case DOWNLOADS, UPLOADS -> move(layer, currentBytes);
            case TRAVELLED -> move(layer, totalBytes);
            // Nothing of it has travelled, so nothing will.
            case ALREADY_THERE, UNPACKS, DONE -> layer.expected = layer.moved < 0 ? 0 : layer.expected;
            case RETRIES -> { }
        }
    }

    private void move(Layer layer, long bytes) {
        if (layer.moved >= 0 && bytes > layer.moved) {
            rate.add(bytes - layer.moved, nanos.getAsLong());
        }
        layer.moved = bytes;
        layer.expected = layer.total;
    }

    /** Counts bytes of a stream whose length is not known. */
    public synchronized void read(long bytes) {
        readBytes += bytes;
        rate.add(bytes, nanos.getAsLong());
    }

    /** Says how many bytes a stream will have, as far as that can be known before it is read. */
    public synchronized void expect(long bytes) {
        expectedBytes = bytes;
    }

    String subject() {
        return subject;
    }

    synchronized List<LayerProgress> layers() {
        var list = new ArrayList<LayerProgress>(layers.size());
        layers.forEach((digest, layer) -> list.add(new LayerProgress(digest, layer.step, layer.current, layer.total)));
        return list;
    }

    synchronized long bytesDone() {
        return readBytes + layers.values().stream().mapToLong(layer -> Math.max(0, layer.moved)).sum();
    }

    /** Null when a stream of unknown length is read, or no layer is known yet. */
    synchronized @Nullable Long bytesTotal() {
        return expectedBytes > 0 ? Long.valueOf(Math.max(expectedBytes, readBytes)) : readBytes > 0 || layers.isEmpty() ? null : Long.valueOf(layers.values().stream().mapToLong(layer -> layer.expected).sum());
    }

    /** Null when nothing travels at the moment. */
    synchronized @Nullable Long bytesPerSecond() {
        long perSecond = rate.perSecond(nanos.getAsLong());
        boolean moves = layers.values().stream().anyMatch(layer -> layer.step.isMoving());
        // A stream has no step that says whether it is read.
        return moves || readBytes > 0 && perSecond > 0 ? Long.valueOf(perSecond) : null;
    }
}
