package io.berth.storage;

import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.storage.SnapshotFolders.LayerRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A batch of layers as folders among the stages. */
final class StagedLayers implements LayerBatch {

    private static final Logger LOG = LoggerFactory.getLogger(StagedLayers.class);

    private final CommittedLayers committed;
    private final List<Stage> stages = new ArrayList<>();
    private final Map<ChainId, Stage> named = new HashMap<>();

    StagedLayers(CommittedLayers committed) {
        this.committed = committed;
    }

    @Override
    public LayerStage stage(List<ChainId> parentsBaseFirst) {
        String name = UUID.randomUUID().toString();
        try {
            committed.stages().mkdir(name, 0700);
            var stage = new Stage(name, parentsBaseFirst);
            stages.add(stage);
            stage.open();
            return stage;
        } catch (NativeException e) {
            throw DiskFailure.of("make a folder for a layer", e);
        }
    }

    @Override
    public boolean has(ChainId chain) {
        return named.containsKey(chain);
    }

    @Override
    public void commit() {
        var records = new HashMap<Stage, LayerRecord>();
        try {
            for (Stage stage : named.values()) {
                records.put(stage, stage.describe());
            }
            committed.syncContent();
            // Stages were named base first, so what is placed stands on what is there.
            for (Stage stage : stages) {
                LayerRecord record = records.get(stage);
                if (record != null && stage.place(record)) {
                    records.remove(stage);
                }
            }
            committed.syncNames();
        } catch (IOException | NativeException e) {
            throw DiskFailure.of("store layers", e);
        } finally {
            records.values().forEach(this::release);
        }
    }

    private void release(LayerRecord record) {
        try {
            committed.folders().releaseShortName(record.shortName());
        } catch (IOException e) {
            LOG.debug("short name {} is removed at the next start", record.shortName(), e);
        }
    }

    @Override
    public void close() {
        stages.forEach(Stage::close);
        stages.clear();
        named.clear();
    }

    private final class Stage implements LayerStage {

        private final String folder;
        private final List<ChainId> parentsBaseFirst;
        private final List<RootDir> parents = new ArrayList<>();
        private @Nullable RootDir root;
        private @Nullable ChainId chain;
        private boolean replaces;
        private boolean placed;

        Stage(String folder, List<ChainId> parentsBaseFirst) {
            this.folder = folder;
            this.parentsBaseFirst = List.copyOf(parentsBaseFirst);
        }

        void open() {
            try (RootDir dir = committed.stages().openDir(folder)) {
                SnapshotFolders.makeTreeRoot(dir, SnapshotFolders.FILES, rootBelow());
                root = dir.openDir(SnapshotFolders.FILES);
            }
        }

        private @Nullable FileStat rootBelow() {
            if (parentsBaseFirst.isEmpty()) {
                return null;
            }
            try (RootDir parent = openParent(parentsBaseFirst.getLast())) {
                return parent.stat(".");
            }
        }

        private RootDir openParent(ChainId parent) {
            Stage pending = named.get(parent);
            if (pending != null && !pending.placed) {
                return committed.stages().openDir(pending.folder + "/" + SnapshotFolders.FILES);
            }
            committed.require(parent);
            return committed.openFiles(parent);
        }

        @Override
        public RootDir root() {
            if (root == null) {
                throw new IllegalStateException("the stage of a layer is closed");
            }
            return root;
        }

        @Override
        public List<RootDir> parentsTopFirst() {
            if (parents.isEmpty()) {
                parentsBaseFirst.reversed().forEach(parent -> parents.add(openParent(parent)));
            }
            return List.copyOf(parents);
        }

        @Override
        public void name(ChainId newChain) {
            chain = newChain;
            named.put(newChain, this);
            closeParents();
        }

        @Override
        public void replace(ChainId newChain) {
            replaces = true;
            name(newChain);
        }

        LayerRecord describe() throws IOException {
            if (chain == null) {
                throw new IllegalStateException("a layer without a name is not committed");
            }
            @Nullable ChainId parent = parentsBaseFirst.isEmpty() ? null : parentsBaseFirst.getLast();
            return committed.folders().describe(committed.folders().layout().stage().resolve(folder), chain, parent,
                    SnapshotUsage.of(root()));
        }

        boolean place(LayerRecord record) throws IOException {
            if (chain == null) {
                return false;
            }
            placed = committed.place(folder, chain, record);
            if (!placed && replaces) {
                committed.exchange(folder, chain, record);
                placed = true;
            }
            return placed;
        }

        private void closeParents() {
            parents.forEach(RootDir::close);
            parents.clear();
        }

        void close() {
            closeParents();
            if (root != null) {
                root.close();
                root = null;
            }
            if (!placed) {
                committed.discard(folder);
            }
        }
    }
}
