package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubnetTests {

    private final Subnet subnet = Subnet.parse("10.88.4.0/22");

    @Test
    void itKnowsItsAddresses() {
        assertThat(subnet).hasToString("10.88.4.0/22");
        assertThat(subnet.size()).isEqualTo(1024);
        assertThat(subnet.contains(Inet4Address.ofLiteral("10.88.7.255"))).isTrue();
        assertThat(subnet.contains(Inet4Address.ofLiteral("10.88.8.0"))).isFalse();
        assertThat(subnet.at(257)).isEqualTo(Inet4Address.ofLiteral("10.88.5.1"));
        assertThat(subnet.offsetOf(Inet4Address.ofLiteral("10.88.5.1"))).isEqualTo(257);
        assertThatThrownBy(() -> subnet.at(1024)).isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void overlapIsMutual() {
        for (String other : List.of("10.88.4.0/22", "10.88.6.0/24", "10.0.0.0/8", "0.0.0.0/0", "10.88.7.255/32")) {
            assertThat(subnet.overlaps(Subnet.parse(other))).as(other).isTrue();
            assertThat(Subnet.parse(other).overlaps(subnet)).as(other).isTrue();
        }
        assertThat(subnet.overlaps(Subnet.parse("10.88.8.0/22"))).isFalse();
    }

    @Test
    void aroundAnAddressItsHostBitsAreCleared() {
        assertThat(Subnet.around(Inet4Address.ofLiteral("192.168.17.3"), 20)).hasToString("192.168.16.0/20");
        assertThat(Subnet.around(Inet4Address.ofLiteral("192.168.17.3"), 0)).hasToString("0.0.0.0/0");
    }

    @Test
    void ipv6HasTheSameArithmetic() {
        Subnet six = Subnet.parse("fd00:1::/64");
        assertThat(six).hasToString("fd00:1::/64");
        assertThat(six.size()).isEqualTo(Long.MAX_VALUE);
        assertThat(six.at(1)).isEqualTo(InetAddress.ofLiteral("fd00:1::1"));
        assertThat(six.at(0x1_0000_0000L)).isEqualTo(InetAddress.ofLiteral("fd00:1::1:0:0"));
        assertThat(six.offsetOf(InetAddress.ofLiteral("fd00:1::1:0:5"))).isEqualTo(0x1_0000_0005L);
        assertThat(six.offsetOf(InetAddress.ofLiteral("fd00:1::ffff:0:0:5"))).isEqualTo(Long.MAX_VALUE);
        assertThat(six.contains(InetAddress.ofLiteral("fd00:1::ffff:ffff:ffff:ffff"))).isTrue();
        assertThat(six.contains(InetAddress.ofLiteral("fd00:1:0:1::"))).isFalse();
        assertThat(six.contains(InetAddress.ofLiteral("10.88.4.1"))).isFalse();
        assertThat(six.overlaps(Subnet.parse("fd00:1::8000:0:0:0/65"))).isTrue();
        assertThat(six.overlaps(Subnet.parse("fd00:1:0:1::/64"))).isFalse();
        assertThat(Subnet.parse("::/0").overlaps(subnet)).isFalse();
        assertThat(Subnet.around(InetAddress.ofLiteral("fd00:1:2:3ff::9"), 58)).hasToString("fd00:1:2:3c0::/58");
        assertThat(Subnet.parse("fd00:1:2::/48").part(65535, 64)).hasToString("fd00:1:2:ffff::/64");
        assertThat(Subnet.parse("10.80.0.0/14").part(3, 20)).hasToString("10.80.48.0/20");
    }

    @Test
    void malformedOnesAreRefused() {
        for (String text : List.of("10.0.0.0", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "x/8", "::1/64", "::/129", "fe80::%1/64", "::ffff:10.0.0.0/120", "10.0.0.0/x", "/8", "")) {
            assertThatThrownBy(() -> Subnet.parse(text)).as(text).isInstanceOf(InvalidArgumentException.class);
        }
    }
}
