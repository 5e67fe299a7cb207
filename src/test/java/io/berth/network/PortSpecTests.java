package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import org.junit.jupiter.api.Test;

class PortSpecTests {

    @Test
    void entriesOfPortBindingsAreRead() {
        assertThat(PortSpec.parse("80/tcp", "", "8080")).isEqualTo(new PortSpec(Protocol.TCP, 80, "", 8080, 8080));
        assertThat(PortSpec.parse("53/UDP", "127.0.0.1", "")).isEqualTo(new PortSpec(Protocol.UDP, 53, "127.0.0.1", 0, 0));
        assertThat(PortSpec.parse("80", "::1", "8000-8010")).isEqualTo(new PortSpec(Protocol.TCP, 80, "::1", 8000, 8010));
        assertThat(PortSpec.parse("80/sctp", "", "80")).isEqualTo(new PortSpec(Protocol.SCTP, 80, "", 80, 80));
        assertThat(PortSpec.parse("80", "", "0")).isEqualTo(new PortSpec(Protocol.TCP, 80, "", 0, 0));
    }

    @Test
    void senselessOnesAreRefused() {
        assertThatThrownBy(() -> PortSpec.parse("0/tcp", "", "80")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> PortSpec.parse("80/tcp", "", "65536")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> PortSpec.parse("80/tcp", "", "20-10")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> PortSpec.parse("80/tcp", "localhost", "80")).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("invalid IP address: localhost");
        assertThatThrownBy(() -> PortSpec.parse("80/tcp", "", "x")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> PortSpec.parse("80/icmp", "", "80")).hasMessage("invalid proto: icmp");
    }
}
