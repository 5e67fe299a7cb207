package io.berth.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import org.junit.jupiter.api.Test;

class InnerPathTests {

    @Test
    void emptyPartsMeanNothing() {
        for (var text : List.of("a/b", "/a/b", "//a/./b/", "./a//b")) {
            assertThat(InnerPath.of(text)).as(text).isEqualTo(new InnerPath(List.of("a", "b")));
        }
        var path = InnerPath.of("a/b");
        assertThat(List.of(path.name(), path.parent(), path.relative(), path.toString())).containsExactly("b", "a", "a/b", "/a/b");
        assertThat(InnerPath.of("..a/...").parts()).containsExactly("..a", "...");
    }

    @Test
    void rootIsItsOwnFolder() {
        for (var text : List.of("", "/", ".", "/./")) {
            var root = InnerPath.of(text);
            assertThat(root.isRoot()).as("'" + text + "'").isTrue();
            assertThat(List.of(root.name(), root.parent(), root.relative(), root.toString())).containsExactly(".", ".", ".", "/");
        }
        assertThat(InnerPath.of("/a").parent()).isEqualTo(".");
    }

    @Test
    void waysOutAndImpossibleNamesAreRefused() {
        refused("..", "path could lead out: ..");
        refused("/a/../../etc", "path could lead out: /a/../../etc");
        refused("a\0b", "path holds a NUL");
        refused("/" + "a/".repeat(3000), "path is longer than 4095 bytes");
        refused("ä".repeat(128), "path has a name of more than 255 bytes: " + "ä".repeat(128));
        refused("a\nb/..", "path could lead out: a?b/..");
    }

    private static void refused(String path, String message) {
        assertThatThrownBy(() -> InnerPath.of(path)).isInstanceOf(InvalidArgumentException.class).hasMessage(message);
    }
}
