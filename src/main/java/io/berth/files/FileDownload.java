package io.berth.files;

import io.berth.archive.TarWriter;
import io.berth.archive.TreePacker;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.NativeFile;
import io.berth.ffi.RootDir;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A file, or a folder as a tar archive, on its way out. For one thread; used once. */
public final class FileDownload implements AutoCloseable {

    private static final int CHUNK = 256 * 1024;

    /**
     * Where a download comes from; closed with it.
     *
     * @param whose a word and a name, as in {@code volume data}
     * @param name of the root, for people
     * @param seenWhole called at the end: throws when what was read is not what it seemed to be
     * @param owner has the root; closed last
     */
    public record Source(RootDir root, String whose, String name, Runnable seenWhole, AutoCloseable owner) {}

    private final Source source;
    private final InnerPath path;
    private final RootDir folder;
    private final @Nullable NativeFile file;
    private final @Nullable FileStat stat;

    private FileDownload(Source source, InnerPath path, RootDir folder, @Nullable NativeFile file, @Nullable FileStat stat) {
        this.source = source;
        this.path = path;
        this.folder = folder;
        this.file = file;
        this.stat = stat;
    }

    /** Takes the source over when it returns. */
    public static FileDownload of(Source source, InnerPath path) {
        var folder = TreeFiles.folderOf(source.root(), path);
        boolean done = false;
        try {
            FileStat stat = folder.stat(path.name());
            if (!stat.isDirectory() && !stat.isRegularFile()) {
                throw new InvalidArgumentException(source.whose() + ": " + path + " is neither a regular file nor a folder");
            }
            var file = stat.isDirectory() ? null : folder.openRegular(path.name());
            // Of the open file: the name may lead to another by now.
            var download = new FileDownload(source, path, folder, file, file == null ? null : file.stat());
            done = true;
            return download;
        } finally {
            if (!done) {
                folder.close();
            }
        }
    }

    /** Whether a tar archive comes. */
    public boolean isFolder() {
        return file == null;
    }

    /** Bytes of a file. */
    public long size() {
        return stat == null ? 0 : stat.size();
    }

    /** The version of a file, for a {@link Writing}; null of a folder. */
    public @Nullable String version() {
        return stat == null ? null : FileEntry.version(stat);
    }

    /** A name for what comes. */
    public String fileName() {
        var base = FileEntry.shown(path.isRoot() ? source.name() : path.name());
        return isFolder() ? base + ".tar" : base;
    }

    /**
     * Writes it; {@code out} stays open. A file that grows meanwhile is written as long as it was.
     *
     * @throws IOException {@code out} failed, or a file became shorter: what was written is not whole
     */
    public void writeTo(OutputStream out) throws IOException {
        try {
            if (file == null) {
                var tar = new TarWriter(out);
                new TreePacker(tar).addTree(folder, path.name(), path.name());
                source.seenWhole().run();
                tar.close();
            } else {
                copy(file, out);
            }
        } catch (NativeException failure) {
            throw new InternalException("read " + path + " of " + source.whose() + ": " + failure.getMessage(), failure);
        }
    }

    private void copy(NativeFile from, OutputStream out) throws IOException {
        var buffer = new byte[CHUNK];
        for (long left = size(); left > 0; ) {
            int read = from.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new IOException(path + " became shorter while it was read");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    @Override
    public void close() {
        try {
            try (folder) {
                if (file != null) {
                    file.close();
                }
            } finally {
                source.owner().close();
            }
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new InternalException("close " + source.whose() + ": " + failure.getMessage(), failure);
        }
    }
}
