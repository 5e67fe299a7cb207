package io.berth.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HostMountsTests {

    private static final String TABLE = """
            21 1 254:0 / / rw,relatime - ext4 /dev/vda rw
            22 21 254:1 / /srv rw,relatime shared:7 - ext4 /dev/vdb rw
            23 22 254:1 /a /srv/a\\040b rw,relatime shared:8 master:7 - ext4 /dev/vdb rw
            24 22 0:40 / /srv/data rw,relatime master:7 propagate_from:2 - tmpfs tmpfs rw
            25 24 0:41 / /srv/data rw,relatime unbindable - tmpfs tmpfs rw
            """;

    private static HostMounts.Entry of(String path) {
        return HostMounts.of(Path.of(path), HostMounts.parse(TABLE)).orElseThrow();
    }

    @Test
    void longestPlaceCountsAndWhatIsOnTop() {
        assertThat(of("/etc").point()).isEqualTo("/");
        assertThat(of("/srvs").point()).isEqualTo("/");
        assertThat(of("/srv/x").point()).isEqualTo("/srv");
        assertThat(of("/srv/a b/c").point()).isEqualTo("/srv/a b");
        assertThat(of("/srv/data").tags()).containsExactly("unbindable");
    }

    @Test
    void tagsSayWhatIsShared() {
        assertThat(of("/etc")).matches(entry -> !entry.isShared() && !entry.isSlave());
        assertThat(of("/srv")).matches(entry -> entry.isShared() && !entry.isSlave());
        assertThat(of("/srv/a b")).matches(entry -> entry.isShared() && entry.isSlave());
    }
}
