package io.berth.volume;

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

/** A file of a volume, or a folder as a tar archive, on its way out. For one thread; used once; has the volume's data in their place. */
public final class VolumeDownload implements AutoCloseable {

    private static final int CHUNK = 256 * 1024;

    private final VolumeData data;
    private final VolumePath path;
    private final RootDir folder;
    private final @Nullable NativeFile file;
    private final long size;

    private VolumeDownload(VolumeData data, VolumePath path, RootDir folder, @Nullable NativeFile file, long size) {
        this.data = data;
        this.path = path;
        this.folder = folder;
        this.file = file;
        this.size = size;
    }

    /** Takes {@code data} over when it returns. */
    static VolumeDownload of(VolumeData data, VolumePath path) {
        var folder = DataFiles.folderOf(data.root(), path);
        boolean done = false;
        try {
            FileStat stat = folder.stat(path.name());
            if (!stat.isDirectory() && !stat.isRegularFile()) {
                throw new InvalidArgumentException("volume " + data.volume().name() + ": " + path + " is neither a regular file nor a folder");
            }
            var file = stat.isDirectory() ? null : folder.openRegular(path.name());
            // Of the open file: the name may lead to another by now.
            var download = new VolumeDownload(data, path, folder, file, file == null ? 0 : file.stat().size());
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
        return size;
    }

    /** A name for what comes. */
    public String fileName() {
        var base = VolumeFile.shown(path.isRoot() ? data.volume().name() : path.name());
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
                tar.close();
            } else {
                copy(file, out);
            }
        } catch (NativeException failure) {
            throw new InternalException("read " + path + " of volume " + data.volume().name() + ": " + failure.getMessage(), failure);
        }
    }

    private void copy(NativeFile from, OutputStream out) throws IOException {
        var buffer = new byte[CHUNK];
        for (long left = size; left > 0; ) {
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
        try (data; folder) {
            if (file != null) {
                file.close();
            }
        }
    }
}
