package io.berth.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A root file system as tar, entry by entry: in any order, with whatever an image may hold. */
final class RootFs {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);

    RootFs() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    RootFs dir(String... paths) {
        for (var path : paths) {
            dir(path, 0755);
        }
        return this;
    }

    RootFs dir(String path, int mode) {
        return put(entry(path + "/", TarConstants.LF_DIR, mode), new byte[0]);
    }

    RootFs file(String path, String content) {
        return put(entry(path, TarConstants.LF_NORMAL, 0644), content.getBytes(StandardCharsets.UTF_8));
    }

    /** Busybox under this name. */
    RootFs busybox(String path) {
        try {
            return put(entry(path, TarConstants.LF_NORMAL, 0755), Files.readAllBytes(TestImages.busybox()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    RootFs link(String path, String target) {
        var entry = entry(path, TarConstants.LF_SYMLINK, 0777);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    RootFs hardLink(String path, String target) {
        var entry = entry(path, TarConstants.LF_LINK, 0644);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    RootFs fifo(String path) {
        return put(entry(path, TarConstants.LF_FIFO, 0644), new byte[0]);
    }

    /** A character device. */
    RootFs device(String path, int major, int minor) {
        var entry = entry(path, TarConstants.LF_CHR, 0666);
        entry.setDevMajor(major);
        entry.setDevMinor(minor);
        return put(entry, new byte[0]);
    }

    byte[] bytes() {
        try {
            tar.finish();
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static TarArchiveEntry entry(String path, byte type, int mode) {
        var entry = new TarArchiveEntry(path, type, true);
        entry.setMode(mode);
        return entry;
    }

    private RootFs put(TarArchiveEntry entry, byte[] content) {
        try {
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
