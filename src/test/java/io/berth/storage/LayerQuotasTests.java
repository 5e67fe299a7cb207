package io.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.berth.ffi.Errno;
import io.berth.ffi.Native;
import io.berth.ffi.NativeException;
import io.berth.ffi.ProjectQuota;
import io.berth.ffi.RootDir;
import io.berth.it.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On the file systems with quotas of projects whose folders BERTH_QUOTAS names, with colons between them: src/test/uml/init. */
@Tag("privileged")
class LayerQuotasTests {

    private static final int MEBIBYTE = 1 << 20;
    private static final String NONE = "no file system with quotas of projects is named";

    @BeforeAll
    static void load() throws IOException {
        Native.load(Path.of(System.getProperty("java.io.tmpdir"), "berth-test-native"));
    }

    static List<String> folders() {
        return List.of(System.getenv().getOrDefault("BERTH_QUOTAS", "").split(":"));
    }

    private static OverlaySnapshotter open(String folder) {
        assumeFalse(folder.isEmpty(), NONE);
        return new OverlaySnapshotter(new StorageLayout(Path.of(folder, "layers")), null);
    }

    @ParameterizedTest
    @MethodSource("folders")
    void layerTakesWhatItMayAndItsNeighbourMore(String folder) {
        try (var layers = open(folder)) {
            assertThat(layers.limitsSize()).isTrue();
            layers.prepare("small", List.of(), MEBIBYTE);
            layers.prepare("any", List.of(), 0);
            write(layers, "any", 4);
            refuses(layers, "small");
            assertThat(layers.usage("small").bytes()).isBetween(MEBIBYTE / 2L, (long) MEBIBYTE);
            assertThat(layers.usage("any").bytes()).isGreaterThanOrEqualTo(4L * MEBIBYTE);
            layers.remove("small");
            layers.remove("any");
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void projectIsFoundAgainAndFreeWhenItsLayerIsGone(String folder) {
        long first;
        try (var layers = open(folder)) {
            layers.prepare("first", List.of(), MEBIBYTE);
            first = project(layers, "first");
        }
        try (var layers = open(folder); var anywhere = RootDir.open(Path.of(folder))) {
            layers.prepare("second", List.of(), MEBIBYTE);
            layers.prepare("none", List.of(), 0);
            assertThat(project(layers, "second")).isNotZero().isNotEqualTo(first);
            assertThat(project(layers, "none")).isZero();
            refuses(layers, "first");
            write(layers, "second", 0);
            layers.remove("first");
            Eventually.holds("the project is free", () -> !ProjectQuota.isInUse(anywhere, first));
            layers.prepare("third", List.of(), 8L * MEBIBYTE);
            assertThat(project(layers, "third")).isEqualTo(first);
            write(layers, "third", 4);
            List.of("second", "third", "none").forEach(layers::remove);
        }
    }

    /** What goes then is a part of the layer, and of its project. */
    @ParameterizedTest
    @MethodSource("folders")
    void limitStaysWhenALayerIsMountedAgain(String folder) throws IOException {
        var layout = new StorageLayout(Path.of(folder, "layers"));
        try (var layers = open(folder)) {
            layers.prepare("again", List.of(), MEBIBYTE);
            var mark = Files.createDirectories(layout.active().resolve("again").resolve(SnapshotFolders.WORK).resolve(SnapshotFolders.VOLATILE));
            layers.allowAnotherMount("again");
            assertThat(mark).doesNotExist();
            Eventually.holds("the trash is empty", () -> layout.trash().toFile().list().length == 0);
            refuses(layers, "again");
            layers.remove("again");
        }
    }

    /** The service has ended between the two steps of a removal. */
    @ParameterizedTest
    @MethodSource("folders")
    void limitOfWhatIsInTheTrashIsLiftedAtTheNextStart(String folder) throws IOException {
        long project;
        var layout = new StorageLayout(Path.of(folder, "layers"));
        try (var layers = open(folder)) {
            layers.prepare("gone", List.of(), MEBIBYTE);
            project = project(layers, "gone");
        }
        Files.move(layout.active().resolve("gone"), layout.trash().resolve("gone"));
        try (var _ = open(folder); var anywhere = RootDir.open(Path.of(folder))) {
            Eventually.holds("the project is free", () -> !ProjectQuota.isInUse(anywhere, project));
        }
    }

    /** Nothing could be moved from one project into another. */
    @ParameterizedTest
    @MethodSource("folders")
    void layersWithinAProjectAreNotLimited(String folder) throws IOException {
        assumeFalse(folder.isEmpty(), NONE);
        var whole = Files.createDirectories(Path.of(folder, "whole"));
        try (var dir = RootDir.open(whole)) {
            ProjectQuota.join(dir, 7);
        }
        try (var layers = open(whole.toString())) {
            assertThat(layers.limitsSize()).isFalse();
            layers.prepare("any", List.of(), 0);
            write(layers, "any", 1);
            layers.remove("any");
        }
    }

    private static void refuses(Snapshotter layers, String key) {
        assertThatThrownBy(() -> write(layers, key, 4)).isInstanceOfSatisfying(NativeException.class,
                full -> assertThat(full.errno()).isIn(Errno.ENOSPC, Errno.EDQUOT));
    }

    private static long project(Snapshotter layers, String key) {
        try (var upper = layers.written(key)) {
            return ProjectQuota.projectOf(upper);
        }
    }

    /** As the engine does it for a container: through overlay. */
    private static void write(Snapshotter layers, String key, int mebibytes) {
        try (var mount = layers.mounted(key); var file = mount.root().open("file", RootDir.O_WRONLY | RootDir.O_CREAT, 0600)) {
            var bytes = new byte[MEBIBYTE / 8];
            for (int i = 0; i < 8 * mebibytes; i++) {
                file.write(bytes, 0, bytes.length);
            }
        }
    }
}
