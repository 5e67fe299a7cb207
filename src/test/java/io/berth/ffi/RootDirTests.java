package io.berth.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.instance.IdMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("privileged")
class RootDirTests {

    /** One of a user and a group. */
    private static final String ACCESS_LIST = "0200000001000600ffffffff02000400%s04000400ffffffff08000500%s10000500ffffffff20000000ffffffff";

    @TempDir
    Path outside;

    private Path inside;
    private RootDir root;

    @BeforeAll
    static void load() throws IOException {
        Native.load(Path.of(System.getProperty("java.io.tmpdir"), "berth-test-native"));
    }

    @BeforeEach
    void open() throws IOException {
        inside = Files.createDirectory(outside.resolve("root"));
        root = RootDir.open(inside);
    }

    @AfterEach
    void close() {
        root.close();
    }

    /** As root of a user namespace sees it whose ids 0 to 999 are 231072 and following on the host. */
    @Test
    void ownersAreThoseOfWhoSeesThem() throws IOException {
        var range = List.of(new IdMap.Range(0, 231_072, 1_000));
        var seen = root.seenBy(new IdMap(range, range));
        seen.mkdir("dir", 0700);
        try (var dir = seen.openDir("dir"); var file = dir.open("file", RootDir.O_RDWR | RootDir.O_CREAT, 0600)) {
            dir.symlink("file", "link");
            dir.mknod("pipe", FileStat.S_IFIFO | 0600, 0, 0);
            dir.link("file", "second");
            dir.rename("second", dir, "third", 0);
            dir.chown("file", 12, 34);
            assertThat(file.stat().uid()).isEqualTo(12);
            assertThat(dir.stat("file").gid()).isEqualTo(34);
            assertThat(dir.stat("link").uid()).isZero();
            assertThatThrownBy(() -> dir.chown("file", 1_000, 0)).isInstanceOfSatisfying(NativeException.class,
                    refused -> assertThat(refused.errno()).isEqualTo(Errno.EINVAL));
        }
        assertThat(root.stat("dir").uid()).isEqualTo(231_072);
        assertThat(root.stat("dir/file").uid()).isEqualTo(231_084);
        assertThat(root.stat("dir/third").gid()).isEqualTo(231_106);
        assertThat(root.stat("dir/link").gid()).isEqualTo(231_072);
        assertThat(root.stat("dir/pipe").uid()).isEqualTo(231_072);
        root.mkdir("of-host", 0700);
        assertThat(root.stat("of-host").uid()).isZero();
        assertThat(seen.stat("of-host").uid()).as("nobody").isEqualTo(65_534);
    }

    @Test
    void attributesNameWhoIsSeen() {
        var range = List.of(new IdMap.Range(0, 231_072, 1_000));
        var ids = new IdMap(range, range);
        byte[] inside = HexFormat.of().parseHex(ACCESS_LIST.formatted("07000000", "09000000"));
        byte[] host = MappedAttributes.host(ids, "system.posix_acl_access", inside);
        assertThat(HexFormat.of().formatHex(host)).isEqualTo(ACCESS_LIST.formatted("a7860300", "a9860300"));
        assertThat(MappedAttributes.inner(ids, "system.posix_acl_access", host)).isEqualTo(inside);
        byte[] capability = HexFormat.of().parseHex("0100000200200000000000000000000000000000");
        byte[] ofRoot = MappedAttributes.host(ids, "security.capability", capability);
        assertThat(HexFormat.of().formatHex(ofRoot)).isEqualTo("0100000300200000000000000000000000000000a0860300");
        assertThat(MappedAttributes.inner(ids, "security.capability", ofRoot)).isEqualTo(capability);
        assertThat(MappedAttributes.inner(ids, "security.capability", capability)).as("of the host's root").isEqualTo(capability);
        assertThat(MappedAttributes.host(ids, "user.text", capability)).isEqualTo(capability);
    }

    @Test
    void fileIsWrittenReadAndMeasured() {
        root.mkdir("a", 0750);
        try (var file = root.open("a/f", RootDir.O_RDWR | RootDir.O_CREAT | RootDir.O_EXCL, 0600)) {
            file.write(bytes("xhellox"), 1, 5);
            file.seek(1);
            byte[] read = new byte[10];
            assertThat(file.read(read, 2, 8)).isEqualTo(4);
            assertThat(new String(read, 2, 4, StandardCharsets.US_ASCII)).isEqualTo("ello");
            assertThat(file.read(read, 0, 1)).isEqualTo(-1);
            file.sync();
            assertThat(file.stat().size()).isEqualTo(5);
        }
        var stat = root.stat("a/f");
        assertThat(stat.isRegularFile()).isTrue();
        assertThat(stat.permissions()).isEqualTo(0600);
        assertThat(root.stat("a").permissions()).isEqualTo(0750);
        assertThat(root.statIfPresent("a/none")).isNull();
        root.syncFileSystem();
        root.sync();
    }

    @Test
    void attributesAreThoseOfTheThingItself() {
        root.symlink("/etc/passwd", "link");
        root.chown("link", 1234, 5678);
        root.setTimes("link", Instant.ofEpochSecond(1), Instant.ofEpochSecond(2, 500));
        assertThat(root.stat("link").uid()).isEqualTo(1234);
        assertThat(root.stat("link").gid()).isEqualTo(5678);
        assertThat(root.stat("link").modified()).isEqualTo(Instant.ofEpochSecond(2, 500));
        assertThat(root.readlink("link")).isEqualTo("/etc/passwd");
        assertThatThrownBy(() -> root.chmod("link", 0777)).isInstanceOf(NativeException.class)
                .extracting(e -> ((NativeException) e).errno()).isEqualTo(Errno.EOPNOTSUPP);
        root.mknod("null", FileStat.S_IFCHR | 0666, 1, 3);
        assertThat(root.stat("null").permissions()).isEqualTo(0666);
        assertThat(root.stat("null").specialMinor()).isEqualTo(3);
        root.chmod("null", 04711);
        assertThat(root.stat("null").permissions()).isEqualTo(04711);
        root.setXattr("null", "trusted.x", new byte[] {0, -1, 1});
        assertThat(root.getXattr("null", "trusted.x")).containsExactly(0, -1, 1);
        assertThat(root.listXattrs("null")).containsExactly("trusted.x");
        assertThat(root.getXattr("null", "trusted.none")).isNull();
        root.setXattr("link", "trusted.y", bytes("z"));
        assertThat(root.getXattr("link", "trusted.y")).isEqualTo(bytes("z"));
    }

    @Test
    void noLinkIsFollowedOnTheWay() throws IOException {
        Files.createDirectory(outside.resolve("secret"));
        Files.writeString(outside.resolve("secret/file"), "secret");
        root.symlink("../secret", "up");
        root.symlink(outside.resolve("secret").toString(), "absolute");
        root.symlink("..", "dots");
        for (var path : List.of("up/file", "absolute/file", "dots/secret/file")) {
            assertErrno(Errno.ELOOP, () -> root.open(path, RootDir.O_RDONLY, 0));
            assertErrno(Errno.ELOOP, () -> root.stat(path));
            assertErrno(Errno.ELOOP, () -> root.unlink(path));
            assertErrno(Errno.ELOOP, () -> root.chmod(path, 0777));
            assertErrno(Errno.ELOOP, () -> root.setXattr(path, "trusted.x", bytes("x")));
        }
        assertErrno(Errno.ELOOP, () -> root.open("up", RootDir.O_RDONLY, 0));
        assertErrno(Errno.ENOTDIR, () -> root.openDir("up"));
        assertThat(outside.resolve("secret/file")).hasContent("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "/etc", "/", "a/..", "a/../../x", "a/", ""})
    void nothingLeadsOut(String path) {
        root.mkdir("a", 0755);
        assertThatThrownBy(() -> root.stat(path)).isInstanceOf(NativeException.class);
        assertThatThrownBy(() -> root.mkdir(path, 0755)).isInstanceOf(NativeException.class);
        assertThatThrownBy(() -> root.chown(path, 1, 1)).isInstanceOf(NativeException.class);
    }

    @Test
    void linksAreResolvedInsideWhenAskedFor() throws IOException {
        root.mkdir("etc", 0755);
        Files.writeString(inside.resolve("etc/hosts"), "inside");
        root.symlink("/etc/hosts", "a");
        root.symlink("../../../../etc", "b");
        try (var file = root.openInRoot("a", RootDir.O_RDONLY, 0); var in = file.in()) {
            assertThat(in.readAllBytes()).isEqualTo(bytes("inside"));
        }
        try (var dir = root.openDirInRoot("/b")) {
            assertThat(dir.list(".")).extracting(DirEntry::name).containsExactly("hosts");
        }
    }

    @Test
    void namesNeedNotBeText() {
        String name = FileNames.decode(new byte[] {'a', (byte) 0xff, (byte) 0xc3, 'b'}, 0, 4);
        root.mkdir(name, 0755);
        assertThat(root.list(".")).extracting(DirEntry::name).containsExactly(name);
        assertThat(FileNames.encode(name)).containsExactly('a', 0xff, 0xc3, 'b');
        assertErrno(Errno.EINVAL, () -> root.mkdir("a\0b", 0755));
    }

    @Test
    void allNamesOfALargeDirectoryAreListed() {
        for (int i = 0; i < 3000; i++) {
            root.mknod("file-with-a-rather-long-name-" + i, FileStat.S_IFIFO | 0600, 0, 0);
        }
        assertThat(root.list(".")).extracting(DirEntry::name).doesNotHaveDuplicates().hasSize(3000);
    }

    @Test
    void thingsAreRenamedLinkedAndRemoved() {
        root.mkdir("d", 0755);
        root.mknod("f", FileStat.S_IFREG | 0600, 0, 0);
        root.link("f", "d/g");
        assertThat(root.stat("f").links()).isEqualTo(2);
        try (var dir = root.openDir("d")) {
            root.rename("f", dir, "h", RootDir.RENAME_NOREPLACE);
            assertErrno(Errno.EEXIST, () -> dir.rename("g", dir, "h", RootDir.RENAME_NOREPLACE));
        }
        assertThat(root.list("d")).extracting(DirEntry::name).containsExactlyInAnyOrder("g", "h");
        assertErrno(Errno.ENOTEMPTY, () -> root.rmdir("d"));
        root.unlink("d/g");
        root.unlink("d/h");
        root.rmdir("d");
        assertThat(root.list(".")).isEmpty();
    }

    @Test
    void holesAreFound() {
        try (var file = root.open("sparse", RootDir.O_RDWR | RootDir.O_CREAT, 0600)) {
            file.seek(1 << 20);
            file.write(new byte[4096], 0, 4096);
            file.truncate(4 << 20);
            assertThat(file.seekData(0)).isEqualTo(1 << 20);
            assertThat(file.seekHole(1 << 20)).isEqualTo((1 << 20) + 4096);
            assertThat(file.seekData(2 << 20)).isEqualTo(-1);
            assertThat(file.stat().blocks()).isLessThan(100);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void overlayIsMountedWhereOnlyItsDescriptorLeads(boolean classic) throws IOException {
        for (var folder : List.of("l1", "l2", "upper", "work")) {
            root.mkdir(folder, 0755);
        }
        Files.writeString(inside.resolve("l1/top"), "1");
        Files.writeString(inside.resolve("l2/top"), "2");
        Files.writeString(inside.resolve("l2/below"), "2");
        var lower = List.of(inside.resolve("l1"), inside.resolve("l2"));
        String before = Files.readString(Path.of("/proc/self/mountinfo"));
        try (var mount = Overlay.mount(lower, inside.resolve("upper"), inside.resolve("work"), classic)) {
            assertThat(mount.root().list(".")).extracting(DirEntry::name).containsExactlyInAnyOrder("top", "below");
            mount.root().unlink("below");
            try (var file = mount.root().open("new", RootDir.O_WRONLY | RootDir.O_CREAT, 0644)) {
                file.write(bytes("x"), 0, 1);
            }
            assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).isEqualTo(before);
        }
        assertThat(root.stat("upper/below").type()).isEqualTo(FileStat.S_IFCHR);
        assertThat(inside.resolve("upper/new")).hasContent("x");
        try (var view = Overlay.mount(lower, null, null, classic)) {
            assertErrno(Errno.EROFS, () -> view.root().mkdir("x", 0755));
        }
    }

    private static void assertErrno(int errno, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(NativeException.class).extracting(e -> ((NativeException) e).errno()).isEqualTo(errno);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
