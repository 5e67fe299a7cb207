package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import org.junit.jupiter.api.Test;

class VolumesFromTests {

    @Test
    void nameAndModeAreRead() {
        assertThat(VolumesFrom.parse("data")).isEqualTo(new VolumesFrom("data", true));
        assertThat(VolumesFrom.parse("data:")).isEqualTo(new VolumesFrom("data", true));
        assertThat(VolumesFrom.parse("data:rw,z")).isEqualTo(new VolumesFrom("data", true));
        assertThat(VolumesFrom.parse("data:z,ro")).isEqualTo(new VolumesFrom("data", false));
    }

    @Test
    void modesOfBindsAndNonsenseAreRefused() {
        for (var mode : List.of("rshared", "nocopy", "ro,rw", "z,Z", "never", "ro,", "ro:rw")) {
            assertThatThrownBy(() -> VolumesFrom.parse("data:" + mode)).isInstanceOf(InvalidArgumentException.class).hasMessage("invalid mode: " + mode);
        }
        assertThatThrownBy(() -> VolumesFrom.parse("")).hasMessage("volumes-from specification cannot be an empty string");
    }

    @Test
    void whatMayNotBeWrittenThereMayNotBeWrittenHere() {
        var written = MountPoint.bind("/srv", "/data", "rw", true, "rslave", MountPoint.Part.ALL);
        var read = MountPoint.volume("v", "/v", "ro", false, MountPoint.Part.ALL);
        assertThat(written.inherited(true)).isEqualTo(MountPoint.bind("/srv", "/data", "", true, "rslave", MountPoint.Part.ALL));
        assertThat(written.inherited(false).writable()).isFalse();
        assertThat(read.inherited(true).writable()).isFalse();
    }
}
