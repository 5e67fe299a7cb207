package io.berth.storage;

import io.berth.ffi.RootDir;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A layer being made, as a folder of its own. */
final class StageFolder implements LayerStage {

    private final ChainId chain;
    private final @Nullable ChainId parent;
    private final String name;
    private final RootDir root;
    private final List<RootDir> parentsTopFirst;
    private final Consumer<String> discard;
    private boolean open = true;
    private boolean committed;

    StageFolder(ChainId chain, @Nullable ChainId parent, String name, RootDir root, List<RootDir> parentsTopFirst,
            Consumer<String> discard) {
        this.chain = chain;
        this.parent = parent;
        this.name = name;
        this.root = root;
        this.parentsTopFirst = List.copyOf(parentsTopFirst);
        this.discard = discard;
    }

    @Override
    public ChainId chain() {
        return chain;
    }

    @Nullable ChainId parent() {
        return parent;
    }

    /** The folder's name among the stages. */
    String name() {
        return name;
    }

    @Override
    public RootDir root() {
        return root;
    }

    @Override
    public List<RootDir> parentsTopFirst() {
        return parentsTopFirst;
    }

    void committed() {
        committed = true;
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        parentsTopFirst.forEach(RootDir::close);
        root.close();
        if (!committed) {
            discard.accept(name);
        }
    }
}
