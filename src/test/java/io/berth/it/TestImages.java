package io.berth.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Images made on this machine: no registry is needed. */
public final class TestImages {

    private TestImages() {}

    /** Imports {@code busybox:latest}, made of the machine's static busybox. */
    public static void importBusybox(BerthInstance berth) {
        berth.dockerWithInput(busyboxRootfs(), "import", "-c", "CMD [\"sh\"]", "-", "busybox:latest").expect(0);
    }

    /** A root file system as tar: busybox with a link for each applet, passwd and group, and the usual folders. */
    public static byte[] busyboxRootfs() {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            for (var folder : new String[] {"bin/", "etc/", "home/", "root/", "tmp/", "usr/", "usr/bin/", "var/"}) {
                var entry = new TarArchiveEntry(folder);
                entry.setMode(folder.equals("tmp/") ? 01777 : 0755);
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
            file(tar, "bin/busybox", 0755, Files.readAllBytes(busybox()));
            for (var applet : Command.run(busybox().toString(), "--list").ok().lines().toList()) {
                if (!applet.equals("busybox")) {
                    var link = new TarArchiveEntry("bin/" + applet, TarConstants.LF_SYMLINK);
                    link.setLinkName("busybox");
                    tar.putArchiveEntry(link);
                    tar.closeArchiveEntry();
                }
            }
            file(tar, "etc/passwd", 0644, "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/sh\n".getBytes());
            file(tar, "etc/group", 0644, "root:x:0:\nnogroup:x:65534:\n".getBytes());
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        return bytes.toByteArray();
    }

    private static void file(TarArchiveOutputStream tar, String name, int mode, byte[] content) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setMode(mode);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /** The static busybox of this machine. */
    static Path busybox() {
        for (var place : new String[] {"/bin/busybox", "/usr/bin/busybox", "/usr/sbin/busybox"}) {
            if (Files.isExecutable(Path.of(place))) {
                return Path.of(place);
            }
        }
        throw new IllegalStateException("no static busybox on this machine: config/prerequisites.sh test installs it");
    }

    /** An image of this tar alone, which runs a shell. */
    static void importAs(BerthInstance berth, String name, byte[] tar) {
        berth.dockerWithInput(tar, "import", "-c", "CMD [\"sh\"]", "-", name).expect(0);
    }
}
