package io.berth.container;

import io.berth.archive.TarWriter;
import io.berth.archive.TreePacker;
import io.berth.ffi.RootDir;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Files of a container on their way out. For one thread; used once. */
public final class FileArchive implements AutoCloseable {

    private final ContainerTree tree;
    private final RootDir folder;
    private final String name;
    private final String as;
    private final @Nullable PathStat stat;

    /** Takes the tree and the folder over; {@code name} in it goes into the archive as {@code as}. */
    FileArchive(ContainerTree tree, RootDir folder, String name, String as, @Nullable PathStat stat) {
        this.tree = tree;
        this.folder = folder;
        this.name = name;
        this.as = as;
        this.stat = stat;
    }

    /** All that is in the tree's root. */
    static FileArchive ofContents(ContainerTree tree) {
        return new FileArchive(tree, tree.root(), "", "", null);
    }

    /** What was asked for. @throws IllegalStateException nothing was asked by a path */
    public PathStat stat() {
        if (stat == null) {
            throw new IllegalStateException("an export has no path");
        }
        return stat;
    }

    /**
     * Writes the archive; {@code out} stays open.
     *
     * @throws io.berth.error.ConflictException the container went away meanwhile: the archive is not whole and has no end
     */
    public void writeTo(OutputStream out) throws IOException {
        var tar = new TarWriter(out);
        var packer = new TreePacker(tar);
        if (name.isEmpty()) {
            packer.addContents(folder);
        } else {
            packer.addTree(folder, name, as);
        }
        tree.requireWhole();
        tar.close();
    }

    @Override
    public void close() {
        try (tree) {
            folder.close();
        }
    }
}
