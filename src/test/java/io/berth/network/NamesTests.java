package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTests {

    private static final String ENDPOINT = "0123456789abcdef".repeat(4);

    @Test
    void theDefaultInstanceHasShortNames() {
        InterfaceNames names = InterfaceNames.of("berth");
        assertThat(names.bridge()).isEqualTo("berth0");
        assertThat(names.table()).isEqualTo("berth");
    }

    @Test
    void namesFitTheKernelAndTellInstancesApart() {
        for (String instance : List.of("berth", "ip", "7", "a-very-long-name.of_an_instance")) {
            InterfaceNames names = InterfaceNames.of(instance);
            assertThat(names.bridge().length()).isLessThanOrEqualTo(15);
            assertThat(names.veth(ENDPOINT)).hasSize(15);
            assertThat(names.isVeth(names.veth(ENDPOINT))).isTrue();
            assertThat(names.isVeth(InterfaceNames.of("other").veth(ENDPOINT))).isFalse();
            assertThat(names.group()).isPositive();
        }
        assertThat(InterfaceNames.of("one").bridge()).isNotEqualTo(InterfaceNames.of("two").bridge());
        assertThat(InterfaceNames.of("7").table()).isEqualTo("berth-7");
    }

    @Test
    void ipv6IsWrittenShort() {
        assertThat(IpText.of(InetAddress.ofLiteral("::"))).isEqualTo("::");
        assertThat(IpText.of(InetAddress.ofLiteral("::1"))).isEqualTo("::1");
        assertThat(IpText.of(InetAddress.ofLiteral("2001:db8:0:0:1:0:0:0"))).isEqualTo("2001:db8:0:0:1::");
        assertThat(IpText.of(InetAddress.ofLiteral("2001:db8:0:10:0:0:2:1"))).isEqualTo("2001:db8:0:10::2:1");
        assertThat(IpText.of(InetAddress.ofLiteral("1:2:3:4:5:6:7:8"))).isEqualTo("1:2:3:4:5:6:7:8");
        assertThat(IpText.of(InetAddress.ofLiteral("fe80:0:0:0:0:0:0:1"), 80)).isEqualTo("[fe80::1]:80");
        assertThat(IpText.of(InetAddress.ofLiteral("10.0.0.1"), 80)).isEqualTo("10.0.0.1:80");
    }

    @Test
    void macAddressesAreCanonical() {
        assertThat(MacAddress.of(Inet4Address.ofLiteral("172.17.0.2"))).hasToString("02:42:ac:11:00:02");
        assertThat(MacAddress.parse("02-42-AC-11-00-02").octets()).containsExactly(2, 0x42, 0xac, 0x11, 0, 2);
        assertThatThrownBy(() -> MacAddress.parse("01:00:5e:00:00:01")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> MacAddress.parse("02:42")).isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void networkModesAreRead() {
        assertThat(NetworkMode.parse("")).isEqualTo(new NetworkMode.Connected("bridge"));
        assertThat(NetworkMode.parse("default")).isEqualTo(new NetworkMode.Connected("bridge"));
        assertThat(NetworkMode.parse("web")).isEqualTo(new NetworkMode.Connected("web"));
        assertThat(NetworkMode.parse("host")).isEqualTo(new NetworkMode.Host());
        assertThat(NetworkMode.parse("none")).isEqualTo(new NetworkMode.None());
        assertThat(NetworkMode.parse("container:web")).isEqualTo(new NetworkMode.Container("web"));
        assertThatThrownBy(() -> NetworkMode.parse("container:")).isInstanceOf(InvalidArgumentException.class);
    }
}
