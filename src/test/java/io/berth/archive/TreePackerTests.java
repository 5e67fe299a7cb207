package io.berth.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.archive.TarEntry.Type;
import io.berth.archive.TreeDifference.Kind;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.FileStat;
import io.berth.ffi.Native;
import io.berth.ffi.RootDir;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees become archives, differences of trees become layers, and archives go into trees that are in use. */
@Tag("privileged")
class TreePackerTests {

    private static final Instant TIME = Instant.parse("2020-02-03T04:05:06.5Z");

    @TempDir
    Path folder;

    private Path at;
    private RootDir root;

    @BeforeAll
    static void load() throws IOException {
        Native.load(Path.of(System.getProperty("java.io.tmpdir"), "berth-test-native"));
    }

    @BeforeEach
    void open() throws IOException {
        at = Files.createDirectory(folder.resolve("tree"));
        root = RootDir.open(at);
    }

    @Test
    void usageOfALargeTreeIsLookedAtInPart() throws IOException {
        root.mkdir("d", 0755);
        for (int i = 0; i < 20; i++) {
            Files.writeString(at.resolve("d/f" + i), "12345");
        }
        var whole = TreeUsage.of(root, 100);
        assertThat(whole.whole()).isTrue();
        assertThat(whole.usage()).isEqualTo(TreeUsage.of(root));
        assertThat(whole.usage().contentBytes()).isEqualTo(100);
        var part = TreeUsage.of(root, 11);
        assertThat(part.whole()).isFalse();
        assertThat(part.usage().contentBytes()).isEqualTo(50);
    }

    @Test
    void allKindsOfFilesArePackedAsTheyAre() throws IOException {
        root.mkdir("d", 01770);
        Files.writeString(at.resolve("d/file"), "text");
        root.chown("d/file", 10, 20);
        root.chmod("d/file", 06711);
        root.setXattr("d/file", "user.note", "n".getBytes(StandardCharsets.US_ASCII));
        root.setTimes("d/file", TIME, TIME);
        root.link("d/file", "d/twin");
        root.symlink("/anywhere", "d/link");
        root.mknod("d/pipe", FileStat.S_IFIFO | 0600, 0, 0);
        root.mknod("d/null", FileStat.S_IFCHR | 0666, 1, 3);
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(at.resolve("d/socket")));
            var entries = read(pack());
            assertThat(entries.keySet()).containsExactly("d", "d/file", "d/link", "d/null", "d/pipe", "d/twin");
            var file = entries.get("d/file");
            assertThat(List.of(file.mode(), (int) file.uid(), (int) file.gid(), (int) file.size())).containsExactly(06711, 10, 20, 4);
            assertThat(file.modified()).isEqualTo(TIME);
            assertThat(file.xattrs()).containsOnlyKeys("user.note");
            assertThat(entries.get("d/twin").type()).isEqualTo(Type.HARD_LINK);
            assertThat(entries.get("d/twin").linkName()).isEqualTo("d/file");
            assertThat(entries.get("d/link").linkName()).isEqualTo("/anywhere");
            assertThat(entries.get("d/null").deviceMinor()).isEqualTo(3);
            assertThat(entries.get("d").mode()).isEqualTo(01770);
        }
    }

    @Test
    void holesStayHoles() throws IOException {
        try (var file = root.open("f", RootDir.O_WRONLY | RootDir.O_CREAT, 0644)) {
            file.seek(8L << 20);
            file.write("middle".getBytes(StandardCharsets.US_ASCII), 0, 6);
            file.truncate(32L << 20);
        }
        byte[] archive = pack();
        assertThat(archive.length).isLessThan(64 * 1024);
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (RootDir to = RootDir.open(copy)) {
            new TreeUnpacker(to, TreeUnpacker.Whiteouts.NONE, List::of)
                    .unpack(new TarReader(new ByteArrayInputStream(archive), ArchiveLimits.DEFAULT));
        }
        assertThat(Files.mismatch(copy.resolve("f"), at.resolve("f"))).isEqualTo(-1);
    }

    @Test
    void differencesAreToldOnceAndBecomeALayer() throws IOException {
        Path below = Files.createDirectory(folder.resolve("below"));
        for (Path tree : List.of(at, below)) {
            Files.createDirectories(tree.resolve("dir/same"));
            Files.writeString(tree.resolve("dir/same/copied"), "same");
            Files.writeString(tree.resolve("dir/gone"), "x");
            Files.createDirectories(tree.resolve("replaced"));
            Files.setLastModifiedTime(tree.resolve("dir/same/copied"), java.nio.file.attribute.FileTime.from(TIME));
        }
        Files.writeString(below.resolve("replaced/old"), "x");
        Files.writeString(at.resolve("replaced/new"), "x");
        root.unlink("dir/gone");
        Overlays.makeWhiteout(root, "dir/gone");
        Overlays.makeWhiteout(root, "dir/never");
        Overlays.makeOpaque(root, "replaced");
        Files.createDirectories(at.resolve("etc"));
        Files.writeString(at.resolve("etc/hosts"), "");
        Files.createDirectories(at.resolve("added/empty"));

        var told = new ArrayList<String>();
        var layer = new ByteArrayOutputStream();
        try (RootDir lower = RootDir.open(below); var tar = new TarWriter(layer)) {
            TreeDifference.walk(root, lower, Set.of("etc", "etc/hosts"), (kind, path, dir, name) -> told.add(kind + " " + path));
            TreeDifference.walk(root, lower, Set.of("etc", "etc/hosts"), TreeDifference.layer(tar));
        }
        assertThat(told).containsExactly(Kind.ADDED + " added", "ADDED added/empty", "MODIFIED dir", "DELETED dir/gone", "MODIFIED replaced",
                "ADDED replaced/new", "DELETED replaced/old");
        assertThat(read(layer.toByteArray()).keySet()).containsExactly("added", "added/empty", "dir", "dir/.wh.gone", "replaced", "replaced/new",
                "replaced/.wh.old");
    }

    @Test
    void archivesGoIntoTreesThatAreInUse() throws IOException {
        root.mkdir("run", 0755);
        root.mkdir("var", 0755);
        root.symlink("/run", "var/run");
        root.mkdir("var/kept", 0755);
        var archive = new ByteArrayOutputStream();
        try (var tar = new TarWriter(archive)) {
            tar.put(TarEntry.directory(".", 0700, TIME));
            tar.put(TarEntry.file("run/pid", 0600, 0, TIME));
            tar.put(TarEntry.file("made/deep/file", 0600, 0, TIME));
        }
        unpack(archive, new Destination(root, "/var", true, new Destination.Owner(7, 8)));
        assertThat(root.stat("run/pid").uid()).isEqualTo(7);
        assertThat(root.stat("var/made/deep/file").gid()).isEqualTo(8);
        assertThat(root.stat("var").permissions()).as("what was there is not touched").isEqualTo(0755);

        var kinds = new ByteArrayOutputStream();
        try (var tar = new TarWriter(kinds)) {
            tar.put(TarEntry.file("first", 0600, 0, TIME));
            tar.put(TarEntry.file("kept", 0600, 0, TIME));
        }
        assertThatThrownBy(() -> unpack(kinds, new Destination(root, "/var", true, null))).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("cannot overwrite directory \"kept\" with non-directory").hasMessageEndingWith("which stay: 1");
        unpack(kinds, new Destination(root, "/var", false, null));
        assertThat(root.stat("var/kept").isRegularFile()).isTrue();
    }

    @Test
    void linksOfTheArchiveItselfAreNotFollowed() throws IOException {
        root.mkdir("target", 0755);
        var archive = new ByteArrayOutputStream();
        try (var tar = new TarWriter(archive)) {
            tar.put(TarEntry.symlink("link", "/target", TIME));
            tar.put(TarEntry.file("link/made", 0600, 0, TIME));
        }
        assertThatThrownBy(() -> unpack(archive, new Destination(root, "/", false, null))).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("path through a link");
        assertThat(root.list("target")).isEmpty();
    }

    @Test
    void ofAFileThatBreaksOffNothingStays() throws IOException {
        var archive = new ByteArrayOutputStream();
        try (var tar = new TarWriter(archive)) {
            tar.put(TarEntry.file("whole", 0600, 0, TIME));
            tar.put(TarEntry.file("cut", 0600, 5000, TIME), new ByteArrayInputStream(new byte[5000]));
        }
        var cut = new ByteArrayOutputStream();
        cut.write(archive.toByteArray(), 0, 4000);
        assertThatThrownBy(() -> unpack(cut, new Destination(root, "/", false, null))).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("archive is truncated; entries unpacked before that, which stay: 1");
        assertThat(root.list(".")).extracting("name").containsExactly("whole");
    }

    private static void unpack(ByteArrayOutputStream archive, Destination destination) throws IOException {
        TreeUnpacker.unpackInto(destination, new TarReader(new ByteArrayInputStream(archive.toByteArray()), ArchiveLimits.DEFAULT));
    }

    private byte[] pack() throws IOException {
        var archive = new ByteArrayOutputStream();
        try (var tar = new TarWriter(archive)) {
            new TreePacker(tar).addContents(root);
        }
        return archive.toByteArray();
    }

    private static Map<String, TarEntry> read(byte[] archive) throws IOException {
        var entries = new LinkedHashMap<String, TarEntry>();
        var tar = new TarReader(new ByteArrayInputStream(archive), ArchiveLimits.DEFAULT);
        for (var entry = tar.next(); entry != null; entry = tar.next()) {
            entries.put(entry.name(), entry);
        }
        return entries;
    }
}
