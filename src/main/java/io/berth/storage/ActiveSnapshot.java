package io.berth.storage;

import java.nio.file.Path;
import java.util.List;

/**
 * A writable layer over shared layers, by the folders that an overlay mount wants. The folders exist as long as the snapshot
 * is not removed; the lower ones are shared and must never be written.
 *
 * @param key the name it was prepared under: a container's id
 * @param lowerDirsTopFirst absolute paths, kept short since the kernel limits their sum; all in one folder
 */
public record ActiveSnapshot(String key, List<Path> lowerDirsTopFirst, Path upper, Path work) {

    public ActiveSnapshot {
        lowerDirsTopFirst = List.copyOf(lowerDirsTopFirst);
    }
}
