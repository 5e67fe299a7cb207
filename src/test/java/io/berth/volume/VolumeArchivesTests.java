package io.berth.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdInputStream;
import io.berth.archive.TarEntry;
import io.berth.archive.TarWriter;
import io.berth.archive.TreeCopy;
import io.berth.error.ConflictException;
import io.berth.error.DiskFullException;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.FileStat;
import io.berth.ffi.HostMounts;
import io.berth.ffi.Native;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.files.FileRefusal;
import io.berth.files.InnerPath;
import io.berth.files.Ownership;
import io.berth.files.TreeFiles;
import io.berth.files.Writing;
import io.berth.operation.OperationKind;
import io.berth.operation.Operations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

/** Volumes become archives and come back of them as they were. */
@Tag("privileged")
class VolumeArchivesTests {

    private static final Instant TIME = Instant.parse("2020-02-03T04:05:06.5Z");
    private static final long MIDDLE = 8L << 20;

    @TempDir
    Path folder;

    private RootDir root;

    @BeforeAll
    static void load() throws IOException {
        Native.load(Path.of(System.getProperty("java.io.tmpdir"), "berth-test-native"));
    }

    @BeforeEach
    void open() throws IOException {
        root = RootDir.open(Files.createDirectory(folder.resolve("volume")));
    }

    private static Operations operations() {
        var beans = new DefaultListableBeanFactory();
        beans.registerSingleton("clock", Clock.systemUTC());
        return (Operations) beans.autowire(Operations.class, DefaultListableBeanFactory.AUTOWIRE_CONSTRUCTOR, false);
    }

    private static void pack(RootDir from, OutputStream out) {
        operations().run(OperationKind.BACKUP, "v", null, progress -> {
            try {
                return VolumeBackup.pack(from, new VolumeBackup.WatchedOutput(out, progress));
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
    }

    private static byte[] packed(RootDir from) {
        var out = new ByteArrayOutputStream();
        pack(from, out);
        return out.toByteArray();
    }

    private RootDir unpacked(byte[] archive) throws IOException {
        var to = RootDir.open(Files.createTempDirectory(folder, "to"));
        VolumeArchives.unpack(to, new ByteArrayInputStream(archive), VolumeArchives.LIMITS);
        return to;
    }

    /** All kinds of files with all that they can have. */
    private void fill() throws IOException {
        root.mkdir("d", 01770);
        try (var file = root.open("d/file", RootDir.O_WRONLY | RootDir.O_CREAT, 0644)) {
            file.write("text".getBytes(StandardCharsets.US_ASCII), 0, 4);
        }
        root.chown("d/file", 10, 2_000_000_000L);
        root.chmod("d/file", 06711);
        root.setXattr("d/file", "user.note", new byte[] {0, 1, (byte) 0xff});
        root.setTimes("d/file", TIME, TIME);
        root.link("d/file", "twin");
        root.symlink("/anywhere", "link");
        root.symlink("d/file", "d/broken");
        root.chown("link", 3, 4);
        root.mknod("pipe", FileStat.S_IFIFO | 0620, 0, 0);
        root.mknod("null", FileStat.S_IFCHR | 0666, 1, 3);
        try (var file = root.open("holes", RootDir.O_WRONLY | RootDir.O_CREAT, 0600)) {
            file.seek(MIDDLE);
            file.write("middle".getBytes(StandardCharsets.US_ASCII), 0, 6);
            file.truncate(4 * MIDDLE);
        }
        root.setTimes("d", TIME, TIME);
        root.chown(".", 33, 34);
        root.chmod(".", 02775);
        root.setTimes(".", TIME, TIME);
    }

    private static void assertFilled(RootDir to) throws IOException {
        assertThat(looks(to, ".")).isEqualTo("33:34 42775 " + TIME);
        assertThat(looks(to, "d")).isEqualTo("0:0 41770 " + TIME);
        assertThat(looks(to, "d/file")).isEqualTo("10:2000000000 106711 " + TIME);
        assertThat(to.getXattr("d/file", "user.note")).containsExactly(0, 1, 0xff);
        assertThat(to.stat("twin").inode()).isEqualTo(to.stat("d/file").inode());
        assertThat(to.stat("twin").links()).isEqualTo(2);
        assertThat(to.readlink("link")).isEqualTo("/anywhere");
        assertThat(to.stat("link").uid()).isEqualTo(3);
        assertThat(to.readlink("d/broken")).isEqualTo("d/file");
        assertThat(to.stat("pipe").mode()).isEqualTo(FileStat.S_IFIFO | 0620);
        var device = to.stat("null");
        assertThat(List.of(device.mode(), device.specialMajor(), device.specialMinor())).containsExactly(FileStat.S_IFCHR | 0666, 1, 3);
        try (var file = to.openRegular("holes")) {
            assertThat(file.stat().size()).isEqualTo(4 * MIDDLE);
            assertThat(file.stat().blocks() * 512).as("bytes on disk").isLessThan(MIDDLE);
            file.seek(MIDDLE);
            var middle = new byte[6];
            assertThat(file.read(middle, 0, 6)).isEqualTo(6);
            assertThat(new String(middle, StandardCharsets.US_ASCII)).isEqualTo("middle");
        }
    }

    private static String looks(RootDir dir, String name) {
        var stat = dir.stat(name);
        return stat.uid() + ":" + stat.gid() + " " + Integer.toOctalString(stat.mode()) + " " + stat.modified();
    }

    @Test
    void whatIsBackedUpComesBackAsItWas() throws IOException {
        fill();
        byte[] archive = packed(root);
        assertThat(archive.length).as("holes take nothing").isLessThan(64 * 1024);
        try (var to = unpacked(archive)) {
            assertFilled(to);
        }
    }

    @Test
    void copyIsAsTheOriginal() throws IOException {
        fill();
        long[] told = {0};
        try (var to = RootDir.open(Files.createDirectory(folder.resolve("copy")))) {
            TreeCopy.contents(root, to, bytes -> told[0] += bytes);
            assertFilled(to);
        }
        assertThat(told[0]).isGreaterThanOrEqualTo(10).isLessThan(MIDDLE);
    }

    @Test
    void archivesOfOthersComeInToo() throws IOException {
        fill();
        byte[] plain = new ZstdInputStream(new ByteArrayInputStream(packed(root))).readAllBytes();
        try (var to = unpacked(plain)) {
            assertFilled(to);
        }
        var gzip = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(gzip)) {
            out.write(plain);
        }
        try (var to = unpacked(gzip.toByteArray())) {
            assertFilled(to);
        }
    }

    @Test
    void archivesThatLeadOutAreRefused() throws IOException {
        refused("could lead out", TarEntry.file("../out", 0600, 0, TIME));
        refused("could lead out", TarEntry.file("a/../../out", 0600, 0, TIME));
        refused("through a link", TarEntry.symlink("link", folder.toString(), TIME), TarEntry.file("link/out", 0600, 0, TIME));
        refused("hard link to a file that is not there", new TarEntry(TarEntry.Type.HARD_LINK, "twin", "/etc/passwd", 0600, 0, 0, 0, 0, List.of(), TIME, 0,
                0, Map.of()));
        refused("more than 255 bytes", TarEntry.file("n".repeat(256), 0600, 0, TIME));
        refused("nothing in the archive");
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(folder.resolve("volume").getParent().resolve("out")).doesNotExist();
    }

    private void refused(String message, TarEntry... entries) throws IOException {
        var archive = new ByteArrayOutputStream();
        try (var tar = new TarWriter(archive)) {
            for (var entry : entries) {
                tar.put(entry);
            }
        }
        assertThatThrownBy(() -> unpacked(archive.toByteArray())).isInstanceOf(InvalidArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void halfAnArchiveIsRefusedWhereverItWasCut() throws IOException {
        fill();
        byte[] whole = packed(root);
        byte[] plain = new ZstdInputStream(new ByteArrayInputStream(whole)).readAllBytes();
        assertThatThrownBy(() -> unpacked(Arrays.copyOf(whole, whole.length - 1))).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> unpacked(Arrays.copyOf(plain, plain.length - 1024))).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("archive is truncated: it does not have its end");
        assertThatThrownBy(() -> unpacked(Arrays.copyOf(plain, 700))).isInstanceOf(InvalidArgumentException.class).hasMessageContaining("truncated");
        assertThatThrownBy(() -> unpacked("no archive at all, by no means".repeat(100).getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void backupThatBreaksOffLooksNoWhole() throws IOException {
        var noise = new byte[4 << 20];
        new Random(1).nextBytes(noise);
        Files.write(folder.resolve("volume/noise"), noise);
        var taken = new ByteArrayOutputStream();
        assertThatThrownBy(() -> pack(root, new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("bytes come in many");
            }

            @Override
            public void write(byte[] buffer, int offset, int length) throws IOException {
                if (taken.size() > 1 << 20) {
                    throw new IOException("client is gone");
                }
                taken.write(buffer, offset, length);
            }
        })).isInstanceOf(UncheckedIOException.class).hasMessageContaining("client is gone");
        assertThatThrownBy(() -> unpacked(taken.toByteArray())).isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void backupEndsWhenItIsCancelled() throws IOException {
        Files.write(folder.resolve("volume/file"), new byte[1 << 20]);
        var operations = operations();
        var taken = new ByteArrayOutputStream();
        assertThatThrownBy(() -> operations.run(OperationKind.BACKUP, "v", "admin", progress -> {
            progress.cancel().cancel();
            try {
                return VolumeBackup.pack(root, new VolumeBackup.WatchedOutput(taken, progress));
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        })).isInstanceOf(ConflictException.class).hasMessage("backup of v was cancelled");
        assertThat(taken.size()).isZero();
    }

    @Test
    void fullDiskIsSaidAndKeepsNothing() throws IOException {
        var noise = new byte[4 << 20];
        new Random(1).nextBytes(noise);
        Files.write(folder.resolve("volume/noise"), noise);
        byte[] archive = packed(root);
        var small = Files.createDirectory(folder.resolve("small"));
        HostMounts.mount("tmpfs", small, "tmpfs", 0, "size=1m");
        try {
            Files.createDirectories(small.resolve(".stage"));
            try (var stage = DataStage.in(small, "one")) {
                assertThatThrownBy(() -> VolumeArchives.unpack(stage.root(), new ByteArrayInputStream(archive), VolumeArchives.LIMITS))
                        .isInstanceOf(DiskFullException.class)
                        .hasMessageContaining("no space left on device");
            }
            assertThat(small.resolve(".stage")).isEmptyDirectory();
            try (var to = RootDir.open(small)) {
                assertThatThrownBy(() -> new TreeFiles(to, null).put(InnerPath.of("file"), new ByteArrayInputStream(noise),
                        Writing.over(new Ownership(null, null, null)))).isInstanceOfSatisfying(NativeException.class,
                        full -> assertThat(FileRefusal.of("volume v: /file", full)).hasMessage("volume v: /file: no space left on device"));
                assertThat(TreeFiles.names(to)).containsExactly(".stage");
            }
        } finally {
            HostMounts.unmount(small);
        }
    }

    @Test
    void archiveThatBecomesTooMuchIsRefusedUnlessItIsTrusted() throws IOException {
        try (var zeros = root.open("zeros", RootDir.O_WRONLY | RootDir.O_CREAT, 0600)) {
            for (int i = 0; i < 120; i++) {
                zeros.write(new byte[1 << 20], 0, 1 << 20);
            }
        }
        byte[] archive = packed(root);
        assertThatThrownBy(() -> unpacked(archive)).isInstanceOf(InvalidArgumentException.class)
                .hasMessageEndingWith("refused as a decompression bomb; say trusted=true if the archive is a backup of your own");
        try (var to = RootDir.open(Files.createTempDirectory(folder, "to"))) {
            VolumeArchives.unpack(to, new ByteArrayInputStream(archive), VolumeArchives.TRUSTED);
            assertThat(to.stat("zeros").size()).isEqualTo(120 << 20);
        }
    }

    @Test
    void copySharesBlocksWhereTheFileSystemCan() throws Exception {
        var image = folder.resolve("xfs.img");
        var place = Files.createDirectory(folder.resolve("xfs"));
        try (var file = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[1]), 400L << 20);
        }
        assumeTrue(succeeds("mkfs.xfs", "-q", "-m", "reflink=1", image.toString()), "there is no mkfs.xfs that can share blocks");
        assumeTrue(succeeds("mount", "-o", "loop", image.toString(), place.toString()), "there are no loop devices, or no XFS");
        try (var from = RootDir.open(Files.createDirectory(place.resolve("from"))); var to = RootDir.open(Files.createDirectory(place.resolve("to")))) {
            var noise = new byte[32 << 20];
            new Random(1).nextBytes(noise);
            Files.write(place.resolve("from/noise"), noise);
            from.syncFileSystem();
            long before = Files.getFileStore(place).getUnallocatedSpace();
            long[] told = {0};
            TreeCopy.contents(from, to, bytes -> told[0] += bytes);
            to.syncFileSystem();
            assertThat(before - Files.getFileStore(place).getUnallocatedSpace()).as("bytes that the copy takes").isLessThan(4 << 20);
            assertThat(told[0]).isEqualTo(noise.length);
            assertThat(place.resolve("to/noise")).hasBinaryContent(noise);
            Files.writeString(place.resolve("to/noise"), "changed");
            assertThat(place.resolve("from/noise")).hasBinaryContent(noise);
        } finally {
            HostMounts.unmount(place);
        }
    }

    private static boolean succeeds(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    }

    @Test
    void whatIsStagedTakesThePlaceOfTheDataInOneStep() throws IOException {
        var volumes = Files.createDirectory(folder.resolve("volumes"));
        Files.createDirectories(volumes.resolve(".stage"));
        Files.createDirectories(volumes.resolve("v/_data"));
        Files.writeString(volumes.resolve("v/_data/old"), "old");
        try (var stage = DataStage.in(volumes, "one")) {
            Files.writeString(volumes.resolve(".stage/one/new"), "new");
            stage.exchangeWith("v");
            assertThat(volumes.resolve("v/_data/new")).hasContent("new");
            assertThat(volumes.resolve(".stage/one/old")).hasContent("old");
        }
        try (var stage = DataStage.in(volumes, "two")) {
            Files.writeString(volumes.resolve(".stage/two/half"), "half");
            assertThat(stage.root().stat(".").permissions()).isEqualTo(0755);
        }
        try (var stage = DataStage.in(volumes, "three")) {
            stage.moveTo(Files.createDirectory(volumes.resolve("w")).resolve("_data"));
        }
        assertThat(volumes.resolve("w/_data")).isDirectory();
        assertThat(volumes.resolve(".stage")).isEmptyDirectory();
        assertThat(volumes.resolve("v/_data/new")).hasContent("new");
    }
}
