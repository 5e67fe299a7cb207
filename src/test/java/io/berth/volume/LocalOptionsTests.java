package io.berth.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalOptionsTests {

    @Test
    void optionsNeedEachOther() {
        LocalOptions.check(Map.of());
        LocalOptions.check(Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=1m"));
        LocalOptions.check(Map.of("type", "", "device", ""));
        refused(Map.of("type", "tmpfs"), "missing required option: \"device\"");
        refused(Map.of("device", "/srv"), "missing required option: \"type\"");
        refused(Map.of("o", "bind"), "missing required option: \"device\"");
        refused(Map.of("size", "1m"), "quota size requested but no quota support");
        refused(Map.of("colour", "blue"), "invalid option: \"colour\"");
        refused(Map.of("type", "none", "device", "../../etc", "o", "ro,bind"), "invalid option: \"device\" of a bind is no absolute path: ../../etc");
        refused(Map.of("type", "tmpfs", "device", "a\0b"), "invalid option: it holds a NUL");
    }

    private static void refused(Map<String, String> options, String message) {
        assertThatThrownBy(() -> LocalOptions.check(options)).isInstanceOf(InvalidArgumentException.class).hasMessage(message);
    }

    @Test
    void wordsOfMountAreFlagsAndTheOthersAreTheFileSystems() {
        assertThat(LocalOptions.of(Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=1m,ro,noexec,uid=7,rw,defaults")))
                .isEqualTo(new LocalOptions("tmpfs", "tmpfs", 0x8, "size=1m,uid=7"));
        assertThat(LocalOptions.of(Map.of("type", "none", "device", "/srv", "o", "rbind,ro")))
                .isEqualTo(new LocalOptions("none", "/srv", LocalOptions.BIND | LocalOptions.RECURSIVE | LocalOptions.READ_ONLY, ""));
        assertThat(LocalOptions.of(Map.of("type", "nfs", "device", ":/srv", "o", "addr=localhost,nolock")).data()).matches("addr=(127\\.0\\.0\\.1|.*:1),nolock");
    }

    @Test
    void volumesWithoutThemAreNotMounted() {
        assertThat(LocalOptions.areMount(Map.of())).isFalse();
        assertThat(LocalOptions.areMount(Map.of("type", "", "device", "", "o", ""))).isFalse();
        assertThat(LocalOptions.areMount(Map.of("type", "none", "device", "/srv"))).isTrue();
    }
}
