package io.berth.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTests {

    private static final String HEX = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox, busybox",
        "busybox:1.36, docker.io/library/busybox:1.36, busybox:1.36",
        "library/busybox, docker.io/library/busybox, busybox",
        "docker.io/busybox, docker.io/library/busybox, busybox",
        "index.docker.io/library/busybox:x, docker.io/library/busybox:x, busybox:x",
        "team/app, docker.io/team/app, team/app",
        "library/team/app, docker.io/library/team/app, library/team/app",
        "localhost/app, localhost/app, localhost/app",
        "localhost:5000/app:v1, localhost:5000/app:v1, localhost:5000/app:v1",
        "[fd00::1]:5000/app:v1, [fd00::1]:5000/app:v1, [fd00::1]:5000/app:v1",
        "Registry/app, Registry/app, Registry/app",
        "quay.example/a/b/c_d__e-f.g:T_1.x-y, quay.example/a/b/c_d__e-f.g:T_1.x-y, quay.example/a/b/c_d__e-f.g:T_1.x-y",
    })
    void namesAreWrittenOutAndShortened(String text, String canonical, String familiar) {
        var reference = ImageReference.parse(text);
        assertThat(reference.canonical()).isEqualTo(canonical);
        assertThat(reference.familiar()).isEqualTo(familiar);
        assertThat(ImageReference.parse(canonical)).isEqualTo(reference);
    }

    @Test
    void tagAndDigestAreKept() {
        var reference = ImageReference.parse("team/app:v1@sha256:" + HEX);
        assertThat(reference.tag()).isEqualTo("v1");
        assertThat(reference.digest()).isEqualTo(Digest.sha256(HEX));
        assertThat(reference.withDefaultTag()).isEqualTo(reference);
    }

    @Test
    void missingTagIsLatest() {
        assertThat(ImageReference.parse("busybox").withDefaultTag().familiar()).isEqualTo("busybox:latest");
        assertThat(ImageReference.parse("busybox@sha256:" + HEX).withDefaultTag().tag()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", ":", "/", "a:", ":a", "a//b", "a/../b", "../a", "-a", "a-", "a..b", "a b", "a\n", "a:b:c", "a@", "a@sha256:12", "a:-x",
        "http://x/y", "a:tag/", "a___b", "x/.hidden", "a\0"
    })
    void nonsenseIsNoReference(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text)).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("invalid reference format");
    }

    @Test
    void capitalsInARepositoryAreNamedInTheError() {
        assertThatThrownBy(() -> ImageReference.parse("BusyBox")).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("invalid reference format: repository name (library/BusyBox) must be lowercase");
    }

    @Test
    void idIsNoName() {
        assertThatThrownBy(() -> ImageReference.parse(HEX)).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("invalid repository name (" + HEX + "), cannot specify 64-byte hexadecimal strings");
    }

    @Test
    void longNamesAreRefused() {
        assertThatThrownBy(() -> ImageReference.parse("a".repeat(250))).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("must not be more than 255 characters");
        assertThatThrownBy(() -> ImageReference.parse("a" + "-a".repeat(400) + "!")).isInstanceOf(InvalidArgumentException.class);
    }
}
