package io.berth.storage;

import java.nio.file.Path;

/**
 * Where things are below the data root. Only paths; who reads and writes them is elsewhere.
 *
 * <pre>
 * blobs/sha256/HEX       a blob
 * blobs/ingest/          blobs being written; emptied at start
 * snapshots/layers/HEX/  a committed layer: fs/ its files, parent and short: links that name the layer below and the short name,
 *                        usage: what it takes
 * snapshots/l/SHORT      link to ../layers/HEX/fs: the kernel limits the length of all lower paths together
 * snapshots/l/0          link to ../empty, the layer of those that have none
 * snapshots/empty, empty2
 * snapshots/active/KEY/  a writable layer: upper/, work/, base: a link that names the layer below; a project when its size is limited
 * snapshots/stage/       layers being made; emptied at start
 * snapshots/retired/     layers that were replaced while containers may have been running on them, BOOTID-NAME; those of former starts of the
 *                        machine are deleted at start
 * snapshots/trash/       what is being deleted; emptied at start
 * </pre>
 */
record StorageLayout(Path dataRoot) {

    Path blobs() {
        return dataRoot.resolve("blobs");
    }

    Path ingest() {
        return blobs().resolve("ingest");
    }

    Path snapshots() {
        return dataRoot.resolve("snapshots");
    }

    Path layers() {
        return snapshots().resolve("layers");
    }

    Path shortNames() {
        return snapshots().resolve("l");
    }

    Path empty() {
        return snapshots().resolve("empty");
    }

    /** Overlay refuses one folder twice. */
    Path secondEmpty() {
        return snapshots().resolve("empty2");
    }

    Path active() {
        return snapshots().resolve("active");
    }

    Path stage() {
        return snapshots().resolve("stage");
    }

    Path trash() {
        return snapshots().resolve("trash");
    }

    Path retired() {
        return snapshots().resolve("retired");
    }
}
