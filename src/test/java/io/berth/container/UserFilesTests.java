package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserFilesTests {

    private final UserFiles files = new UserFiles(
            List.of("root:x:0:0:root:/root:/bin/sh".split(":"), "app:x:1000:1000::/home/app:/bin/sh".split(":"), "7:x:0:0::/:/bin/sh".split(":")),
            List.of("root:x:0:".split(":", -1), "app:x:1000:".split(":", -1), "extra:x:50:app,other".split(":", -1)));

    @Test
    void namesBringTheirGroupsAndHome() {
        assertThat(files.resolve("app", List.of())).isEqualTo(new UserFiles.Identity(1000, 1000, List.of(50, 1000), "/home/app"));
        assertThat(files.resolve("", List.of())).isEqualTo(new UserFiles.Identity(0, 0, List.of(0), "/root"));
    }

    @Test
    void numbersAreNeverLookedForAsNames() {
        assertThat(files.resolve("7", List.of()).uid()).isEqualTo(7);
        assertThat(files.resolve("00", List.of()).uid()).isZero();
        assertThat(files.resolve("1000:50", List.of("app"))).isEqualTo(new UserFiles.Identity(1000, 50, List.of(50, 1000), "/home/app"));
    }

    @Test
    void whatIsNoUserIsRefused() {
        for (var text : List.of("nobody", "-1", "4294967296", "2147483648", " 1", "1\n", "root:nogroup", "١")) {
            assertThatThrownBy(() -> files.resolve(text, List.of())).as(text).isInstanceOf(InvalidArgumentException.class);
        }
    }

    @Test
    void furtherGroupsAreThoseOfTheImage() {
        assertThat(files.resolve("app:app", List.of("extra", "77")).groups()).containsExactly(50, 77, 1000);
        for (var text : List.of("nogroup", "", "-", "-1", "2147483648")) {
            assertThatThrownBy(() -> files.resolve("app", List.of(text))).as(text).isInstanceOf(InvalidArgumentException.class);
        }
        assertThatThrownBy(() -> files.resolve("app", List.of("nogroup"))).hasMessage("unable to find group nogroup: no matching entries in group file");
    }
}
