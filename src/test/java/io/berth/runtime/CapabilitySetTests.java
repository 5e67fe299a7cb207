package io.berth.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapabilitySetTests {

    @Test
    void defaultIsWhatDockerGives() {
        assertThat(CapabilitySet.DEFAULT.mask()).isEqualTo(0xa80425fbL);
        assertThat(CapabilitySet.of(false, List.of(), List.of())).isEqualTo(CapabilitySet.DEFAULT);
    }

    @Test
    void namesMayHaveAPrefixAndAnyCase() {
        assertThat(CapabilitySet.of(false, List.of("cap_net_admin"), List.of("ALL")).names()).containsExactly("CAP_NET_ADMIN");
    }

    @Test
    void whatIsAddedByNameStaysWhenAllIsDropped() {
        assertThat(CapabilitySet.of(false, List.of("KILL"), List.of("all"))).isEqualTo(CapabilitySet.of(Capability.KILL));
    }

    @Test
    void allWithoutOne() {
        assertThat(CapabilitySet.of(false, List.of("ALL"), List.of("SYS_ADMIN")).contains(Capability.SYS_ADMIN)).isFalse();
    }

    @Test
    void unknownNamesAreRefused() {
        assertThatThrownBy(() -> CapabilitySet.of(false, List.of("FOO"), List.of())).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("invalid CapAdd: unknown capability: \"CAP_FOO\"");
    }
}
