package io.berth.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.ConflictException;
import io.berth.error.DiskFullException;
import io.berth.error.ForbiddenException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.Native;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single files below a root. */
@Tag("privileged")
class TreeFilesTests {

    private static final Ownership UNSAID = new Ownership(null, null, null);
    private static final Writing OVER = Writing.over(UNSAID);

    @TempDir
    Path folder;

    private Path at;
    private RootDir root;
    private TreeFiles files;

    @BeforeAll
    static void load() throws IOException {
        Native.load(Path.of(System.getProperty("java.io.tmpdir"), "berth-test-native"));
    }

    @BeforeEach
    void open() throws IOException {
        at = Files.createDirectory(folder.resolve("volume"));
        Files.writeString(folder.resolve("secret"), "secret");
        root = RootDir.open(at);
        files = new TreeFiles(root, null);
    }

    @AfterEach
    void close() {
        root.close();
    }

    private static TreeFiles.Stage stage(Path place) {
        var dir = RootDir.open(place);
        return new TreeFiles.Stage() {
            @Override
            public RootDir root() {
                return dir;
            }

            @Override
            public void close() {
                dir.close();
            }
        };
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void listingsAreSortedAndHaveTheirEnd() {
        root.mkdir("d", 01770);
        root.mknod("pipe", FileStat.S_IFIFO | 0600, 0, 0);
        root.mknod("null", FileStat.S_IFCHR | 0666, 1, 3);
        root.symlink("/etc/passwd", "link");
        files.put(InnerPath.of("file"), bytes("12345"), Writing.over(new Ownership(7L, 8L, 04751)));
        var all = files.list(InnerPath.of("/"), "", 5);
        assertThat(all.path()).isEqualTo("/");
        assertThat(all.more()).isFalse();
        assertThat(all.files()).extracting(FileEntry::name).containsExactly("d", "file", "link", "null", "pipe");
        assertThat(all.files()).extracting(FileEntry::type).containsExactly(FileEntry.Type.FOLDER, FileEntry.Type.FILE, FileEntry.Type.LINK,
                FileEntry.Type.CHARACTER_DEVICE, FileEntry.Type.FIFO);
        var file = all.files().get(1);
        assertThat(file.size()).isEqualTo(5);
        assertThat(file.uid() + ":" + file.gid() + " " + Integer.toOctalString(file.mode())).isEqualTo("7:8 4751");
        assertThat(all.files().get(2).target()).isEqualTo("/etc/passwd");
        assertThat(all.files().get(0).mode()).isEqualTo(01770);

        var first = files.list(InnerPath.of("/"), "", 2);
        assertThat(first.more()).isTrue();
        var rest = files.list(InnerPath.of("/"), first.files().getLast().name(), 10);
        assertThat(rest.more()).isFalse();
        assertThat(rest.files()).extracting(FileEntry::name).containsExactly("link", "null", "pipe");
    }

    @Test
    void linksLeadNowhereOutside() {
        root.symlink("/", "slash");
        root.symlink("../..", "up");
        root.symlink(folder.resolve("secret").toString(), "out");
        root.mkdir("d", 0755);
        root.symlink("/d", "inside");
        for (var link : new String[] {"slash", "up"}) {
            assertThat(files.list(InnerPath.of(link), "", 10).files()).as("the volume's own root").extracting(FileEntry::name)
                    .containsExactly("d", "inside", "out", "slash", "up");
        }
        files.put(InnerPath.of("inside/file"), bytes("x"), OVER);
        assertThat(at.resolve("d/file")).hasContent("x");
        assertThatThrownBy(() -> files.put(InnerPath.of("out"), bytes("x"), OVER)).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("/out is no regular file: it is not replaced");
        assertThatThrownBy(() -> files.list(InnerPath.of("out"), "", 10)).isInstanceOfSatisfying(NativeException.class,
                refused -> assertThat(refused.errno()).isEqualTo(Errno.ENOENT));
        files.delete(InnerPath.of("slash"));
        files.delete(InnerPath.of("out"));
        assertThat(folder.resolve("secret")).hasContent("secret");
        assertThat(at.resolve("d")).exists();
    }

    @Test
    void uploadKeepsOwnerAndModeOfWhatItReplaces() {
        files.put(InnerPath.of("f"), bytes("one"), OVER);
        assertThat(owner("f")).isEqualTo("0:0 644");
        root.chown("f", 70, 71);
        root.chmod("f", 02750);
        files.put(InnerPath.of("f"), bytes("two"), OVER);
        assertThat(owner("f")).isEqualTo("70:71 2750");
        assertThat(at.resolve("f")).hasContent("two");
        files.put(InnerPath.of("f"), bytes("three"), Writing.over(new Ownership(1L, null, 0600)));
        assertThat(owner("f")).isEqualTo("1:71 600");
        assertThatThrownBy(() -> new Ownership(null, null, 010000)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> new Ownership(-1L, null, null)).isInstanceOf(InvalidArgumentException.class);
    }

    private String owner(String name) {
        var stat = root.stat(name);
        return stat.uid() + ":" + stat.gid() + " " + Integer.toOctalString(stat.permissions());
    }

    @Test
    void ofAnUploadThatBreaksOffNothingStays() {
        files.put(InnerPath.of("f"), bytes("old"), OVER);
        var broken = new SequenceInputStream(bytes("half"), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        });
        assertThatThrownBy(() -> files.put(InnerPath.of("f"), broken, OVER)).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("the upload of /f broke off: gone");
        assertThat(TreeFiles.names(root)).containsExactly("f");
        assertThat(at.resolve("f")).hasContent("old");
    }

    @Test
    void whatAnotherRunHasLeftBesideItsPlaceGoes() throws IOException {
        Files.writeString(at.resolve(".berth-upload-0b0e7f6e"), "half");
        Files.createDirectory(at.resolve(".berth-upload-folder"));
        files.put(InnerPath.of("f"), bytes("whole"), OVER);
        assertThat(TreeFiles.names(root)).containsExactlyInAnyOrder("f", ".berth-upload-folder");
    }

    @Test
    void uploadIsMadeWholeOutsideOfTheVolume() throws IOException {
        Files.createDirectories(folder.resolve(".stage"));
        var staged = new TreeFiles(root, () -> stage(folder.resolve(".stage")));
        Files.writeString(at.resolve("f"), "old");
        root.chown("f", 70, 71);
        var looked = new boolean[1];
        var content = new SequenceInputStream(bytes("new"), new InputStream() {
            @Override
            public int read() {
                assertThat(TreeFiles.names(root)).as("nothing but what was there").containsExactly("f");
                assertThat(at.resolve("f")).hasContent("old");
                looked[0] = true;
                return -1;
            }
        });
        staged.put(InnerPath.of("f"), content, OVER);
        assertThat(looked).containsExactly(true);
        assertThat(at.resolve("f")).hasContent("new");
        assertThat(owner("f")).isEqualTo("70:71 644");
        assertThat(folder.resolve(".stage")).isEmptyDirectory();
    }

    @Test
    void whatSomebodyElseHasChangedMeanwhileIsNotReplaced() throws IOException {
        var first = files.put(InnerPath.of("f"), bytes("one"), OVER);
        var second = files.put(InnerPath.of("f"), bytes("two"), new Writing(UNSAID, first, false));
        assertThat(second).isNotEqualTo(first);
        assertThatThrownBy(() -> files.put(InnerPath.of("f"), bytes("three"), new Writing(UNSAID, first, false))).isInstanceOf(ConflictException.class)
                .hasMessage("/f has changed since it was read");
        assertThat(at.resolve("f")).hasContent("two");
        files.delete(InnerPath.of("f"));
        assertThatThrownBy(() -> files.put(InnerPath.of("f"), bytes("three"), new Writing(UNSAID, second, false))).isInstanceOf(ConflictException.class)
                .hasMessage("/f is gone since it was read");
        var meanwhile = new SequenceInputStream(bytes("mi"), new InputStream() {
            @Override
            public int read() throws IOException {
                Files.writeString(at.resolve("f"), "theirs");
                return -1;
            }
        });
        assertThatThrownBy(() -> files.put(InnerPath.of("f"), meanwhile, new Writing(UNSAID, null, true))).as("while it was sent")
                .isInstanceOf(ConflictException.class).hasMessage("/f is there already");
        assertThat(at.resolve("f")).hasContent("theirs");
        assertThat(TreeFiles.names(root)).containsExactly("f");
    }

    @Test
    void attributesOfWhatIsReplacedStayButNotItsCapabilities() {
        files.put(InnerPath.of("f"), bytes("one"), OVER);
        root.setXattr("f", "user.note", new byte[] {1, 2});
        root.setXattr("f", "security.capability", new byte[] {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        files.put(InnerPath.of("f"), bytes("two"), OVER);
        assertThat(root.getXattr("f", "user.note")).containsExactly(1, 2);
        assertThat(root.getXattr("f", "security.capability")).isNull();
    }

    @Test
    void filesAndFoldersAreRenamedButReplaceNothing() {
        files.makeFolder(InnerPath.of("a"), UNSAID);
        files.put(InnerPath.of("a/f"), bytes("f"), OVER);
        files.put(InnerPath.of("g"), bytes("g"), OVER);
        files.rename(InnerPath.of("a"), InnerPath.of("b"));
        files.rename(InnerPath.of("b/f"), InnerPath.of("f"));
        assertThat(TreeFiles.names(root)).containsExactlyInAnyOrder("b", "f", "g");
        assertThatThrownBy(() -> files.rename(InnerPath.of("f"), InnerPath.of("g"))).isInstanceOf(ConflictException.class).hasMessage("/g is there already");
        assertThat(at.resolve("g")).hasContent("g");
        root.symlink("/etc", "out");
        files.rename(InnerPath.of("out"), InnerPath.of("b/out"));
        assertThat(root.readlink("b/out")).as("the link itself").isEqualTo("/etc");
        assertThatThrownBy(() -> files.rename(InnerPath.of("b"), InnerPath.of("b/in"))).isInstanceOf(NativeException.class);
        assertThatThrownBy(() -> files.rename(InnerPath.of("/"), InnerPath.of("x"))).isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void foldersAreMadeAndRemovedWithAllInThem() {
        files.makeFolder(InnerPath.of("a"), UNSAID);
        files.makeFolder(InnerPath.of("a/b"), new Ownership(5L, 6L, 0700));
        files.put(InnerPath.of("a/b/c"), bytes("c"), OVER);
        assertThat(owner("a")).isEqualTo("0:0 755");
        assertThat(owner("a/b")).isEqualTo("5:6 700");
        assertThatThrownBy(() -> files.makeFolder(InnerPath.of("/"), UNSAID)).isInstanceOf(ConflictException.class);
        files.delete(InnerPath.of("/a"));
        assertThat(TreeFiles.names(root)).isEmpty();
        assertThatThrownBy(() -> files.delete(InnerPath.of("/"))).isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void whatTheKernelRefusesIsSaidInItsWords() {
        assertThat(FileRefusal.of("volume v: /x", new NativeException(Errno.ENOENT, "openat2"))).isInstanceOf(NotFoundException.class)
                .hasMessage("volume v: /x: no such file or directory");
        assertThat(FileRefusal.of("volume v: /x", new NativeException(Errno.ENOSPC, "write"))).hasMessage("volume v: /x: no space left on device");
        assertThat(FileRefusal.of("volume v: /x", new NativeException(Errno.EDQUOT, "write"))).isInstanceOf(DiskFullException.class)
                .hasMessage("volume v: /x: disk quota exceeded");
        assertThat(FileRefusal.of("volume v: /x", new NativeException(Errno.EEXIST, "mkdir"))).isInstanceOf(ConflictException.class);
        assertThat(FileRefusal.of("volume v: /x", new NativeException(Errno.EROFS, "mkdir"))).isInstanceOf(ForbiddenException.class);
    }
}
