package io.berth.volume;

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

/** Single files below the root of a volume. */
@Tag("privileged")
class DataFilesTests {

    private static final VolumeFiles.Ownership UNSAID = new VolumeFiles.Ownership(null, null, null);

    @TempDir
    Path folder;

    private Path at;
    private RootDir root;
    private DataFiles files;

    @BeforeAll
    static void load() throws IOException {
        Native.load(Path.of(System.getProperty("java.io.tmpdir"), "berth-test-native"));
    }

    @BeforeEach
    void open() throws IOException {
        at = Files.createDirectory(folder.resolve("volume"));
        Files.writeString(folder.resolve("secret"), "secret");
        root = RootDir.open(at);
        files = new DataFiles(root, null);
    }

    @AfterEach
    void close() {
        root.close();
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
        files.put(VolumePath.of("file"), bytes("12345"), new VolumeFiles.Ownership(7L, 8L, 04751));
        var all = files.list(VolumePath.of("/"), "", 5);
        assertThat(all.path()).isEqualTo("/");
        assertThat(all.more()).isFalse();
        assertThat(all.files()).extracting(VolumeFile::name).containsExactly("d", "file", "link", "null", "pipe");
        assertThat(all.files()).extracting(VolumeFile::type).containsExactly(VolumeFile.Type.FOLDER, VolumeFile.Type.FILE, VolumeFile.Type.LINK,
                VolumeFile.Type.CHARACTER_DEVICE, VolumeFile.Type.FIFO);
        var file = all.files().get(1);
        assertThat(file.size()).isEqualTo(5);
        assertThat(file.uid() + ":" + file.gid() + " " + Integer.toOctalString(file.mode())).isEqualTo("7:8 4751");
        assertThat(all.files().get(2).target()).isEqualTo("/etc/passwd");
        assertThat(all.files().get(0).mode()).isEqualTo(01770);

        var first = files.list(VolumePath.of("/"), "", 2);
        assertThat(first.more()).isTrue();
        var rest = files.list(VolumePath.of("/"), first.files().getLast().name(), 10);
        assertThat(rest.more()).isFalse();
        assertThat(rest.files()).extracting(VolumeFile::name).containsExactly("link", "null", "pipe");
    }

    @Test
    void linksLeadNowhereOutside() {
        root.symlink("/", "slash");
        root.symlink("../..", "up");
        root.symlink(folder.resolve("secret").toString(), "out");
        root.mkdir("d", 0755);
        root.symlink("/d", "inside");
        for (var link : new String[] {"slash", "up"}) {
            assertThat(files.list(VolumePath.of(link), "", 10).files()).as("the volume's own root").extracting(VolumeFile::name)
                    .containsExactly("d", "inside", "out", "slash", "up");
        }
        files.put(VolumePath.of("inside/file"), bytes("x"), UNSAID);
        assertThat(at.resolve("d/file")).hasContent("x");
        assertThatThrownBy(() -> files.put(VolumePath.of("out"), bytes("x"), UNSAID)).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("/out is no regular file: it is not replaced");
        assertThatThrownBy(() -> files.list(VolumePath.of("out"), "", 10)).isInstanceOfSatisfying(NativeException.class,
                refused -> assertThat(refused.errno()).isEqualTo(Errno.ENOENT));
        files.delete(VolumePath.of("slash"));
        files.delete(VolumePath.of("out"));
        assertThat(folder.resolve("secret")).hasContent("secret");
        assertThat(at.resolve("d")).exists();
    }

    @Test
    void uploadKeepsOwnerAndModeOfWhatItReplaces() {
        files.put(VolumePath.of("f"), bytes("one"), UNSAID);
        assertThat(owner("f")).isEqualTo("0:0 644");
        root.chown("f", 70, 71);
        root.chmod("f", 02750);
        files.put(VolumePath.of("f"), bytes("two"), UNSAID);
        assertThat(owner("f")).isEqualTo("70:71 2750");
        assertThat(at.resolve("f")).hasContent("two");
        files.put(VolumePath.of("f"), bytes("three"), new VolumeFiles.Ownership(1L, null, 0600));
        assertThat(owner("f")).isEqualTo("1:71 600");
        assertThatThrownBy(() -> new VolumeFiles.Ownership(null, null, 010000)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> new VolumeFiles.Ownership(-1L, null, null)).isInstanceOf(InvalidArgumentException.class);
    }

    private String owner(String name) {
        var stat = root.stat(name);
        return stat.uid() + ":" + stat.gid() + " " + Integer.toOctalString(stat.permissions());
    }

    @Test
    void ofAnUploadThatBreaksOffNothingStays() {
        files.put(VolumePath.of("f"), bytes("old"), UNSAID);
        var broken = new SequenceInputStream(bytes("half"), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        });
        assertThatThrownBy(() -> files.put(VolumePath.of("f"), broken, UNSAID)).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("the upload of /f broke off: gone");
        assertThat(DataFiles.names(root)).containsExactly("f");
        assertThat(at.resolve("f")).hasContent("old");
    }

    @Test
    void whatAnotherRunHasLeftBesideItsPlaceGoes() throws IOException {
        Files.writeString(at.resolve(".berth-upload-0b0e7f6e"), "half");
        Files.createDirectory(at.resolve(".berth-upload-folder"));
        files.put(VolumePath.of("f"), bytes("whole"), UNSAID);
        assertThat(DataFiles.names(root)).containsExactlyInAnyOrder("f", ".berth-upload-folder");
    }

    @Test
    void uploadIsMadeWholeOutsideOfTheVolume() throws IOException {
        Files.createDirectories(folder.resolve(".stage"));
        var staged = new DataFiles(root, () -> DataStage.in(folder, "upload"));
        Files.writeString(at.resolve("f"), "old");
        root.chown("f", 70, 71);
        var looked = new boolean[1];
        var content = new SequenceInputStream(bytes("new"), new InputStream() {
            @Override
            public int read() {
                assertThat(DataFiles.names(root)).as("nothing but what was there").containsExactly("f");
                assertThat(at.resolve("f")).hasContent("old");
                looked[0] = true;
                return -1;
            }
        });
        staged.put(VolumePath.of("f"), content, UNSAID);
        assertThat(looked).containsExactly(true);
        assertThat(at.resolve("f")).hasContent("new");
        assertThat(owner("f")).isEqualTo("70:71 644");
        assertThat(folder.resolve(".stage")).isEmptyDirectory();
    }

    @Test
    void foldersAreMadeAndRemovedWithAllInThem() {
        files.makeFolder(VolumePath.of("a"), UNSAID);
        files.makeFolder(VolumePath.of("a/b"), new VolumeFiles.Ownership(5L, 6L, 0700));
        files.put(VolumePath.of("a/b/c"), bytes("c"), UNSAID);
        assertThat(owner("a")).isEqualTo("0:0 755");
        assertThat(owner("a/b")).isEqualTo("5:6 700");
        assertThatThrownBy(() -> files.makeFolder(VolumePath.of("/"), UNSAID)).isInstanceOf(ConflictException.class);
        files.delete(VolumePath.of("/a"));
        assertThat(DataFiles.names(root)).isEmpty();
        assertThatThrownBy(() -> files.delete(VolumePath.of("/"))).isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void whatTheKernelRefusesIsSaidInItsWords() {
        assertThat(VolumeFailure.of("volume v: /x", new NativeException(Errno.ENOENT, "openat2"))).isInstanceOf(NotFoundException.class)
                .hasMessage("volume v: /x: no such file or directory");
        assertThat(VolumeFailure.of("volume v: /x", new NativeException(Errno.ENOSPC, "write"))).hasMessage("volume v: /x: no space left on device");
        assertThat(VolumeFailure.of("volume v: /x", new NativeException(Errno.EDQUOT, "write"))).isInstanceOf(DiskFullException.class)
                .hasMessage("volume v: /x: disk quota exceeded");
        assertThat(VolumeFailure.of("volume v: /x", new NativeException(Errno.EEXIST, "mkdir"))).isInstanceOf(ConflictException.class);
        assertThat(VolumeFailure.of("volume v: /x", new NativeException(Errno.EROFS, "mkdir"))).isInstanceOf(ForbiddenException.class);
    }
}
