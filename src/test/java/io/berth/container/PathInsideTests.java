package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.Native;
import io.berth.ffi.RootDir;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathInsideTests {

    @ParameterizedTest
    @CsvSource({"/, /, /", "., /., .", "/., /., .", "a, /a, a", "/a/b, /a/b, b", "a//b/, /a/b/, b", "/a/b/., /a/b/., .", "/a/../../b, /b, b",
        "/a/./b/.., /a, a", "../../, /, /"})
    void pathsAreMadeAbsoluteBeforeAnyLinkIsLookedAt(String asked, String text, String base) {
        var path = PathInside.of(asked);
        assertThat(path.text()).isEqualTo(text);
        assertThat(path.base()).isEqualTo(base);
    }

    @Test
    void pathsThatCannotBeAreRefused() {
        for (var path : new String[] {"", "a\0b", "/x".repeat(3000)}) {
            assertThatThrownBy(() -> PathInside.of(path)).isInstanceOf(InvalidArgumentException.class).hasMessageContaining("'path'");
        }
    }

    @Test
    @Tag("privileged")
    void linksAreFollowedBelowTheRootOnly(@TempDir Path folder) throws IOException {
        Native.load(Path.of(System.getProperty("java.io.tmpdir"), "berth-test-native"));
        try (var root = RootDir.open(folder)) {
            root.mkdir("run", 0755);
            root.mkdir("var", 0755);
            root.symlink("/run", "var/run");
            root.symlink("../../../../etc", "var/up");
            root.symlink("loop", "loop");
            assertThat(PathInside.follow(root, PathInside.of("/var/run/x").parts())).containsExactly("run", "x");
            assertThat(PathInside.follow(root, PathInside.of("/var/up/passwd").parts())).containsExactly("etc", "passwd");
            assertThat(PathInside.follow(root, PathInside.of("/no/such").parts())).containsExactly("no", "such");
            assertThatThrownBy(() -> PathInside.follow(root, PathInside.of("/loop").parts())).isInstanceOf(InvalidArgumentException.class);
        }
    }
}
