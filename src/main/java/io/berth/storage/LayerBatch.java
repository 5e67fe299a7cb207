package io.berth.storage;

import java.util.List;

/**
 * Layers that come into being together: unpacked one by one, made durable with one sync of the file system, and named together.
 * Closed without a commit nothing is left of them. For one thread.
 */
public interface LayerBatch extends AutoCloseable {

    /**
     * A private folder into which a layer is unpacked. The stacks below it, base first, are committed ones or of this batch.
     */
    LayerStage stage(List<ChainId> parentsBaseFirst);

    /** Whether a stage of this batch has this name. */
    boolean has(ChainId chain);

    /** Makes all named layers durable. One that somebody else committed meanwhile is kept as it is, unless it is to be replaced. */
    void commit();

    /** Discards what is not committed. May be repeated. */
    @Override
    void close();
}
