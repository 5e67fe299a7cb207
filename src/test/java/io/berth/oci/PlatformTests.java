package io.berth.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTests {

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64, 0",
        "linux/amd64, linux/amd64/v1, 0",
        "linux/amd64, linux/amd64/v2, -1",
        "linux/amd64/v3, linux/amd64/v2, 1",
        "linux/amd64/v3, linux/amd64, 2",
        "linux/x86_64, linux/amd64, 0",
        "linux/arm64, linux/arm64/v8, 0",
        "linux/arm64/v8, linux/arm64, 0",
        "linux/arm64, linux/arm64/v9, -1",
        "linux/arm, linux/arm/v7, 0",
        "linux/arm, linux/arm/v6, 1",
        "linux/arm/v6, linux/arm/v7, -1",
        "linux/arm/7, linux/arm/v5, 2",
        "linux/mips, linux/mips, 0",
        "linux/mips/softfloat, linux/mips/hardfloat, -1",
        "linux/riscv64, linux/riscv64, 0",
        "linux/amd64, linux/arm64, -1",
        "linux/amd64, windows/amd64, -1",
        "linux/amd64, unknown/unknown, -1"
    })
    void lowerVariantsRunToo(String asked, String offered, int distance) {
        int found = Platform.parse(asked).distance(Platform.parse(offered));
        assertThat(Math.max(found, -1)).isEqualTo(distance);
        assertThat(Platform.parse(asked).accepts(Platform.parse(offered))).isEqualTo(distance >= 0);
    }

    @Test
    void theNearestOfAListComesFirst() {
        var manifests = Stream.of("linux/amd64/v3", "linux/amd64", "linux/arm64", "linux/amd64/v2", "unknown/unknown").map(Platform::parse)
                .map(platform -> new Descriptor(MediaTypes.OCI_MANIFEST, Digest.of(new byte[0]), 1).withPlatform(platform)).toList();
        var index = ImageIndex.ofOci(Stream.concat(Stream.of(new Descriptor(MediaTypes.OCI_MANIFEST, Digest.of(new byte[0]), 1)), manifests.stream()).toList());
        assertThat(index.nearestFirst(Platform.parse("linux/amd64/v2"))).extracting(entry -> String.valueOf(entry.platform()))
                .containsExactly("linux/amd64/v2", "linux/amd64", "null");
    }

    @Test
    void variantsThatAreNoNumbersAreCompared() {
        var soft = new Platform("linux", "mips", "softfloat");
        assertThat(soft.distance(soft)).isZero();
        assertThat(soft.accepts(new Platform("linux", "mips", null))).isFalse();
        assertThat(new Platform("linux", "amd64", "v99999999999").accepts(new Platform("linux", "amd64", null))).isFalse();
    }
}
