package io.berth.storage;

import io.berth.ffi.RootDir;
import java.util.List;

/** The private folder in which one layer is being unpacked: nobody else can reach it. It belongs to its batch. For one thread. */
public interface LayerStage {

    /** Where the layer's files go. Closed by the batch. */
    RootDir root();

    /**
     * The trees of the layers below, top first, to look up what the layer leaves unsaid; never to be written. Closed when the stage
     * is named, or by the batch.
     */
    List<RootDir> parentsTopFirst();

    /** The layer is complete, and this is the stack that it tops. Once; a stage without a name is not committed. */
    void name(ChainId chain);

    /**
     * As {@link #name}, but the layer takes the place of the one that is there. Containers that run on that one keep its files until the
     * machine is started anew.
     */
    void replace(ChainId chain);
}
