package io.berth.storage;

import io.berth.archive.TreeUsage;
import io.berth.error.ConflictException;
import io.berth.error.NotFoundException;
import io.berth.ffi.DetachedMount;
import io.berth.ffi.RootDir;
import io.berth.instance.IdMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * File-system states of images and containers.
 *
 * <p>A <em>committed</em> snapshot is the content of one layer, named by the {@link ChainId} of the stack that it tops; it is
 * read-only and shared by all images and containers that have this stack. It comes to be by {@link #stage}: unpack into the
 * private folder of the {@link LayerStage}, then {@link #commit}. An <em>active</em> snapshot is the writable layer of one
 * container over a stack of committed ones, named by the container's id; it comes to be by {@link #prepare} and ends by
 * {@link #remove}, which takes the container's data with it. Whiteouts are kept as overlay keeps them: character devices 0/0
 * and the attribute {@code trusted.overlay.opaque}.
 *
 * <p>Safe for use by many threads. Paths handed out are for the engine and the shim only.
 */
public interface Snapshotter {

    /** Whether the top layer of this stack is there, whole and durable. */
    boolean has(ChainId chain);

    /** Begins to make layers. The caller closes the batch. */
    LayerBatch newLayers();

    /** What a committed layer takes on disk; {@link NotFoundException} when it is not there. */
    SnapshotUsage usage(ChainId chain);

    /**
     * The files of a committed layer, without those of the layers below; only to be read. {@link NotFoundException} when it is not there.
     * The caller closes it.
     */
    RootDir files(ChainId chain);

    /** Where the files of a stack of committed layers are, top first, only to be named; {@link NotFoundException} when one is not there. */
    List<Path> foldersTopFirst(ChainId top);

    /** All committed layers, in no order. */
    Set<ChainId> committed();

    /** The committed layers that active snapshots stand on. */
    Set<ChainId> inUse();

    /**
     * Removes those of {@code chains} on which no active snapshot and no other committed layer stands, and tells which, upper
     * ones first. What is not there is fine.
     */
    List<ChainId> removeUnused(Set<ChainId> chains);

    /**
     * Makes the writable layer of a container over {@code base}; with an empty base the container has only its own files.
     * {@link NotFoundException} when a layer is missing, {@link ConflictException} when the key is taken.
     *
     * @param maxBytes what it may take on disk, with its folders and all that overlay keeps; 0 for any number, and nothing else where
     *     {@link #limitsSize} is false
     */
    ActiveSnapshot prepare(String key, List<ChainId> baseFirst, long maxBytes);

    /** Whether the file system can limit what a writable layer takes. */
    boolean limitsSize();

    /** The writable layer of a container, if it has one. */
    Optional<ActiveSnapshot> active(String key);

    /** The keys of all active snapshots. */
    Set<String> activeKeys();

    /**
     * Lets a writable layer that was mounted without syncs ({@code volatile}) be mounted again. Its files are whole as long as the host has
     * not gone down since; whoever mounts it so must not care for them after that.
     */
    void allowAnotherMount(String key);

    /**
     * Removes a writable layer with all that is in it; a key that is not there is fine. The folder vanishes from its place at
     * once; its content, however large or busy, is deleted after that and no later than the next start.
     */
    void remove(String key);

    /** What the writable layer takes on disk; {@link NotFoundException} when there is none. */
    TreeUsage usage(String key);

    /** A read-only view of a stack of layers as one tree. Closing it unmounts it. */
    DetachedMount view(List<ChainId> baseFirst);

    /** The tree of a container that is not running, writable layer on top. Closing it unmounts it. */
    DetachedMount mounted(String key);

    /** As {@link #mounted(String)}, with the owners that who is in a user namespace with these ids sees. Closing it unmounts it. */
    DetachedMount mounted(String key, IdMap ids);

    /**
     * A read-only view of a container's files, writable layer on top, which may be in use: what is written while it is looked at is seen
     * or not. Nothing that is mounted in the container is in it. Closing it unmounts it.
     */
    DetachedMount seen(String key);

    /** A read-only view of what is below a container's writable layer. Closing it unmounts it. */
    DetachedMount below(String key);

    /**
     * Removes what the writable layer holds below a folder; the folder itself stays. Nobody may have the layer mounted meanwhile. That
     * survives a power cut when this returns; what a crash leaves of it is removed by the same call again.
     *
     * @param path relative, without links; one that the writable layer does not have is fine
     */
    void empty(String key, String path);

    /** The writable layer itself as a folder, whiteouts and all; only to be read. The caller closes it. */
    RootDir written(String key);
}
