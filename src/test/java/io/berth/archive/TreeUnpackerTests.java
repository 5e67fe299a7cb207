package io.berth.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.archive.TarEntry.Fragment;
import io.berth.archive.TarEntry.Type;
import io.berth.archive.TreeUnpacker.Whiteouts;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.FileStat;
import io.berth.ffi.Native;
import io.berth.ffi.RootDir;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What archives make below a directory, the hostile ones of test T06 among them; beside the directory lies a file that must stay as it is. */
@Tag("privileged")
class TreeUnpackerTests {

    private static final Instant TIME = Instant.parse("2020-02-03T04:05:06.5Z");

    @TempDir
    Path outside;

    private Path inside;
    private Path lowerPath;
    private RootDir root;
    private RootDir lower;
    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
    private final TarWriter tar = new TarWriter(archive);

    @BeforeAll
    static void load() throws IOException {
        Native.load(Path.of(System.getProperty("java.io.tmpdir"), "berth-test-native"));
    }

    @BeforeEach
    void open() throws IOException {
        inside = Files.createDirectory(outside.resolve("root"));
        lowerPath = Files.createDirectory(outside.resolve("lower"));
        Files.writeString(outside.resolve("canary"), "canary");
        root = RootDir.open(inside);
        lower = RootDir.open(lowerPath);
    }

    @AfterEach
    void canaryIsUnharmed() throws IOException {
        assertThat(outside.resolve("canary")).hasContent("canary");
        try (Stream<Path> entries = Files.list(outside)) {
            assertThat(entries).extracting(Path::getFileName).extracting(Path::toString)
                    .containsExactlyInAnyOrder("root", "lower", "canary");
        }
        root.close();
        lower.close();
    }

    @Test
    void allKindsOfFilesAreMadeAsTheyWere() throws IOException {
        tar.put(new TarEntry(Type.DIRECTORY, "d", "", 01777, 10, 20, 0, 0, List.of(), TIME, 0, 0, Map.of()));
        put(new TarEntry(Type.FILE, "d/suid", "", 06755, 1000, 1001, 3, 3, List.of(), TIME, 0, 0,
                Map.of("security.capability", new byte[] {1, 0, 0, 2, (byte) 0x80, (byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, "user.note", bytes("n"),
                        "security.selinux", bytes("x"), "trusted.other", bytes("x"))), "abc");
        tar.put(new TarEntry(Type.HARD_LINK, "d/again", "d/suid", 0, 0, 0, 0, 0, List.of(), TIME, 0, 0, Map.of()));
        tar.put(TarEntry.symlink("d/link", "/etc/shadow", TIME));
        tar.put(new TarEntry(Type.CHARACTER_DEVICE, "d/null", "", 0666, 0, 0, 0, 0, List.of(), TIME, 1, 3, Map.of()));
        tar.put(new TarEntry(Type.FIFO, "d/pipe", "", 0622, 0, 0, 0, 0, List.of(), TIME, 0, 0, Map.of()));
        var tree = unpack();
        assertThat(tree.bytes()).as("a file, and the target of a link").isEqualTo(3 + "/etc/shadow".length());
        var file = root.stat("d/suid");
        assertThat(file.permissions()).isEqualTo(06755);
        assertThat(file.uid()).isEqualTo(1000);
        assertThat(file.gid()).isEqualTo(1001);
        assertThat(file.links()).isEqualTo(2);
        assertThat(file.modified()).isEqualTo(TIME);
        assertThat(root.getXattr("d/suid", "security.capability")).startsWith(1, 0, 0, 2, 0x80, 0xff);
        assertThat(root.listXattrs("d/suid")).containsExactlyInAnyOrder("security.capability", "user.note");
        assertThat(root.readlink("d/link")).isEqualTo("/etc/shadow");
        assertThat(root.stat("d/link").modified()).isEqualTo(TIME);
        assertThat(root.stat("d/null").specialMajor()).isEqualTo(1);
        assertThat(root.stat("d/null").permissions()).isEqualTo(0666);
        assertThat(root.stat("d/pipe").type()).isEqualTo(FileStat.S_IFIFO);
        assertThat(root.stat("d").permissions()).isEqualTo(01777);
        assertThat(root.stat("d").uid()).isEqualTo(10);
        assertThat(root.stat("d").modified()).isEqualTo(TIME);
    }

    @Test
    void directoriesKeepTheirTimesWhateverTheOrder() throws IOException {
        tar.put(TarEntry.directory("a", 0755, TIME));
        tar.put(TarEntry.directory("b", 0755, TIME.plusSeconds(1)));
        put(file("a/late"), "x");
        put(file("b/c/later"), "x");
        put(file("a/last"), "x");
        unpack();
        assertThat(root.stat("a").modified()).isEqualTo(TIME);
        assertThat(root.stat("b").modified()).isEqualTo(TIME.plusSeconds(1));
    }

    @Test
    void holesStayHoles() throws IOException {
        put(new TarEntry(Type.FILE, "sparse", "", 0600, 0, 0, 50 << 20, 6, List.of(new Fragment(1 << 20, 3), new Fragment(40 << 20, 3)),
                TIME, 0, 0, Map.of()), "abcxyz");
        unpack();
        var stat = root.stat("sparse");
        assertThat(stat.size()).isEqualTo(50 << 20);
        assertThat(stat.blocks()).isLessThan(100);
        try (var file = root.open("sparse", RootDir.O_RDONLY, 0)) {
            file.seek(40 << 20);
            byte[] read = new byte[3];
            file.read(read, 0, 3);
            assertThat(read).isEqualTo(bytes("xyz"));
        }
    }

    @Test
    void laterEntriesTakeTheWayOfEarlierOnes() throws IOException {
        put(file("was-file"), "x");
        tar.put(TarEntry.directory("was-file", 0755, TIME));
        put(file("was-dir/deep/in/it"), "x");
        put(file("was-dir"), "now a file");
        tar.put(TarEntry.symlink("was-link", "/nowhere", TIME));
        put(file("was-link"), "no link");
        put(file("twice"), "first");
        put(file("twice"), "second");
        tar.put(new TarEntry(Type.HARD_LINK, "twice", "twice", 0, 0, 0, 0, 0, List.of(), TIME, 0, 0, Map.of()));
        unpack();
        assertThat(root.stat("was-file").isDirectory()).isTrue();
        assertThat(inside.resolve("was-dir")).hasContent("now a file");
        assertThat(inside.resolve("was-link")).hasContent("no link");
        assertThat(inside.resolve("twice")).hasContent("second");
    }

    @Test
    void whiteoutsBecomeOverlays() throws IOException {
        put(file("dir/.wh.gone"), "");
        put(file("dir/.wh..wh.plnk"), "");
        put(file("opaque/.wh..wh..opq"), "");
        put(file("opaque/kept"), "x");
        put(file(".wh.back"), "");
        put(file("back/in"), "x");
        put(file("here/in"), "x");
        put(file(".wh.here"), "");
        put(file("file"), "x");
        put(file(".wh.file"), "");
        unpack();
        assertThat(Overlays.isWhiteout(root.stat("dir/gone"))).isTrue();
        assertThat(root.list("dir")).hasSize(1);
        assertThat(Overlays.isOpaque(root, "opaque")).isTrue();
        assertThat(root.list("opaque")).hasSize(1);
        assertThat(Overlays.isOpaque(root, "back")).isTrue();
        assertThat(Overlays.isOpaque(root, "here")).isTrue();
        assertThat(inside.resolve("here/in")).hasContent("x");
        assertThat(inside.resolve("file")).hasContent("x");
    }

    @Test
    void whiteoutsAreNamesWhereNoLayersAre() throws IOException {
        put(file("dir/.wh.gone"), "x");
        unpack(Whiteouts.NONE);
        assertThat(inside.resolve("dir/.wh.gone")).hasContent("x");
    }

    @Test
    void whatTheLayerLeavesUnsaidIsAsBelow() throws IOException {
        lower.mkdir("home", 0751);
        lower.mkdir("home/user", 0700);
        lower.chown("home/user", 1000, 1000);
        Files.writeString(lowerPath.resolve("home/user/file"), "below");
        lower.chmod("home/user/file", 0640);
        lower.setTimes("home/user", TIME, TIME);
        put(file("home/user/new"), "x");
        put(file("none/new"), "x");
        tar.put(new TarEntry(Type.HARD_LINK, "link", "home/user/file", 0, 0, 0, 0, 0, List.of(), TIME, 0, 0, Map.of()));
        unpack();
        assertThat(root.stat("home").permissions()).isEqualTo(0751);
        assertThat(root.stat("home/user").permissions()).isEqualTo(0700);
        assertThat(root.stat("home/user").uid()).isEqualTo(1000);
        assertThat(root.stat("home/user").modified()).isEqualTo(TIME);
        assertThat(root.stat("none").permissions()).isEqualTo(0755);
        assertThat(inside.resolve("link")).hasContent("below");
        assertThat(root.stat("link").permissions()).isEqualTo(0640);
        assertThat(root.stat("link").links()).isEqualTo(2);
        assertThat(lower.stat("home/user/file").links()).isEqualTo(1);
    }

    @Test
    void absoluteNamesAreBelowTheRoot() throws IOException {
        put(file("/absolute"), "x");
        put(file("./dot/./and//slashes"), "x");
        tar.put(new TarEntry(Type.HARD_LINK, "linked", "/absolute", 0, 0, 0, 0, 0, List.of(), TIME, 0, 0, Map.of()));
        unpack();
        assertThat(inside.resolve("absolute")).hasContent("x");
        assertThat(inside.resolve("dot/and/slashes")).hasContent("x");
        assertThat(root.stat("linked").links()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../canary", "a/../../canary", "a/..", "..", "x/../y", ".wh...", ".wh..", ".wh.", "d/.wh..."})
    void pathsThatCouldLeadOutAreRefused(String name) throws IOException {
        put(file(name), "evil");
        assertThatThrownBy(this::unpack).isInstanceOf(InvalidArgumentException.class).hasMessageStartingWith("archive has a ");
    }

    static Stream<TarEntry> linksToElsewhere() {
        return Stream.of(TarEntry.symlink("out", "..", TIME), TarEntry.symlink("out", "/", TIME), TarEntry.symlink("out", ".", TIME));
    }

    @ParameterizedTest
    @MethodSource("linksToElsewhere")
    void nothingIsWrittenThroughALink(TarEntry link) throws IOException {
        for (TarEntry through : List.of(file("out/canary"), TarEntry.directory("out/new", 0777, TIME),
                TarEntry.symlink("out/new", "x", TIME), file("out/.wh.canary"), file("out/.wh..wh..opq"), file("out/deep/canary"))) {
            archive.reset();
            var evil = new TarWriter(archive);
            evil.put(link);
            evil.put(through, new ByteArrayInputStream(new byte[(int) through.storedSize()]));
            evil.close();
            assertThatThrownBy(() -> unpackArchive(Whiteouts.OVERLAY)).as(through.name()).isInstanceOf(InvalidArgumentException.class)
                    .hasMessage("archive has a path through a link: \"out\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../canary", "/../canary", "none", "self", "out/canary", "."})
    void hardLinksStayInside(String target) throws IOException {
        tar.put(TarEntry.symlink("out", "..", TIME));
        tar.put(new TarEntry(Type.HARD_LINK, "self", target, 0, 0, 0, 0, 0, List.of(), TIME, 0, 0, Map.of()));
        assertThatThrownBy(this::unpack).isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void hardLinkToALinkIsTheLinkItself() throws IOException {
        tar.put(TarEntry.symlink("out", outside.resolve("canary").toString(), TIME));
        tar.put(new TarEntry(Type.HARD_LINK, "again", "out", 0, 0, 0, 0, 0, List.of(), TIME, 0, 0, Map.of()));
        put(file("again"), "evil");
        unpack();
        assertThat(inside.resolve("again")).hasContent("evil");
    }

    @Test
    void attributesOfOverlayAreRefused() throws IOException {
        for (var name : List.of("trusted.overlay.redirect", "trusted.overlay.opaque", "user.overlay.opaque")) {
            archive.reset();
            var evil = new TarWriter(archive);
            evil.put(new TarEntry(Type.DIRECTORY, "d", "", 0755, 0, 0, 0, 0, List.of(), TIME, 0, 0, Map.of(name, bytes("/etc"))));
            evil.close();
            assertThatThrownBy(() -> unpackArchive(Whiteouts.OVERLAY)).isInstanceOf(InvalidArgumentException.class).hasMessageContaining(name);
        }
    }

    @Test
    void lengthsOfNamesAreLimited() throws IOException {
        put(file("n".repeat(256)), "x");
        assertThatThrownBy(this::unpack).isInstanceOf(InvalidArgumentException.class).hasMessageContaining("more than 255 bytes");
        archive.reset();
        var evil = new TarWriter(archive);
        evil.put(file("p/".repeat(2500) + "f"), new ByteArrayInputStream(bytes("x")));
        evil.close();
        assertThatThrownBy(() -> unpackArchive(Whiteouts.OVERLAY)).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("more than 4095 bytes");
    }

    @Test
    void deepTreesAreMadeAndRemoved() throws IOException {
        put(file("d/".repeat(900) + "f"), "x");
        unpack();
        assertThatCode(() -> TreeRemoval.remove(root, "d")).doesNotThrowAnyException();
        assertThat(root.list(".")).isEmpty();
    }

    @Test
    void removalTakesLinksAndNotWhatTheyPointTo() throws IOException {
        tar.put(TarEntry.symlink("d/link", outside.toString(), TIME));
        put(file("d/e/f"), "x");
        unpack();
        TreeRemoval.remove(root, "d");
        TreeRemoval.remove(root, "not-there");
        assertThat(root.list(".")).isEmpty();
    }

    @Test
    void badNamesAreKeptByteByByte() throws IOException {
        String name = io.berth.ffi.FileNames.decode(new byte[] {'l', 'a', 't', (byte) 0xe9, '/', (byte) 0xff}, 0, 6);
        put(file(name), "x");
        unpack();
        assertThat(root.stat(name).size()).isEqualTo(1);
    }

    private TarEntry file(String name) {
        return TarEntry.file(name, 0644, 0, TIME);
    }

    private void put(TarEntry entry, String content) throws IOException {
        byte[] bytes = bytes(content);
        var sized = entry.fragments().isEmpty()
                ? new TarEntry(entry.type(), entry.name(), entry.linkName(), entry.mode(), entry.uid(), entry.gid(), bytes.length, bytes.length,
                        List.of(), entry.modified(), 0, 0, entry.xattrs())
                : entry;
        tar.put(sized, new ByteArrayInputStream(bytes));
    }

    private UnpackedTree unpack() throws IOException {
        return unpack(Whiteouts.OVERLAY);
    }

    private UnpackedTree unpack(Whiteouts whiteouts) throws IOException {
        tar.close();
        return unpackArchive(whiteouts);
    }

    private UnpackedTree unpackArchive(Whiteouts whiteouts) throws IOException {
        return new TreeUnpacker(root, whiteouts, () -> List.of(lower))
                .unpack(new TarReader(new ByteArrayInputStream(archive.toByteArray()), ArchiveLimits.DEFAULT));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
