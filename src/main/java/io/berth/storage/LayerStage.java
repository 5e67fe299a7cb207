package io.berth.storage;

import io.berth.ffi.RootDir;
import java.util.List;

/**
 * The private folder in which one layer is being unpacked: nobody else can reach it. Closed without having been committed it
 * is deleted. For one thread.
 */
public interface LayerStage extends AutoCloseable {

    /** The stack that this layer will top. */
    ChainId chain();

    /** Where the layer's files go. Closed with the stage. */
    RootDir root();

    /** The trees of the layers below, top first, to look up what the layer leaves unsaid; never to be written. Closed with the stage. */
    List<RootDir> parentsTopFirst();

    @Override
    void close();
}
