package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.UnavailableException;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class AddressAllocatorTests {

    private final AddressAllocator allocator = new AddressAllocator(Subnet.parse("10.88.0.0/29"));

    @Test
    void networkAndBroadcastAddressesAreNotHandedOut() {
        for (int i = 1; i <= 6; i++) {
            assertThat(allocator.take()).isEqualTo(address(i));
        }
        assertThatThrownBy(allocator::take).isInstanceOf(UnavailableException.class)
                .hasMessage("no available IPv4 addresses on this network's address pools: 10.88.0.0/29");
    }

    @Test
    void anAddressThatWasGivenBackComesLast() {
        allocator.giveBack(allocator.take());
        for (int i = 2; i <= 6; i++) {
            assertThat(allocator.take()).isEqualTo(address(i));
        }
        assertThat(allocator.take()).isEqualTo(address(1));
    }

    @Test
    void anAddressCanBeTakenByName() {
        assertThat(allocator.take(address(1))).isTrue();
        assertThat(allocator.take(address(1))).isFalse();
        assertThat(allocator.take(address(0))).isFalse();
        assertThat(allocator.take(address(7))).isFalse();
        assertThat(allocator.take(Inet4Address.ofLiteral("10.99.0.1"))).isFalse();
        assertThat(allocator.take()).isEqualTo(address(2));
    }

    @Test
    void ofIpv6OnlyTheFirstAddressIsNobodys() {
        var six = new AddressAllocator(Subnet.parse("fd00:1::/126"));
        for (int i = 1; i <= 3; i++) {
            assertThat(six.take()).isEqualTo(InetAddress.ofLiteral("fd00:1::" + i));
        }
        assertThatThrownBy(six::take).isInstanceOf(UnavailableException.class)
                .hasMessage("no available IPv6 addresses on this network's address pools: fd00:1::/126");
    }

    @Test
    void aLargeSubnetCostsNothingAndAnyOfItsAddressesCanBeTaken() {
        var six = new AddressAllocator(Subnet.parse("fd00:1::/64"), Subnet.parse("fd00:1::8000:0:0:0/80"));
        InetAddress far = InetAddress.ofLiteral("fd00:1::ffff:ffff:ffff:ffff");
        assertThat(six.take(far)).isTrue();
        assertThat(six.take(far)).isFalse();
        six.giveBack(far);
        assertThat(six.take(far)).isTrue();
        assertThat(six.take(InetAddress.ofLiteral("fd00:1::"))).as("any router").isFalse();
        assertThat(six.take(InetAddress.ofLiteral("fd00:2::1"))).isFalse();
        assertThat(six.take(InetAddress.ofLiteral("fd00:1::8000:0:0:1"))).isTrue();
        assertThat(six.take()).isEqualTo(InetAddress.ofLiteral("fd00:1::8000:0:0:0"));
        assertThat(six.take()).isEqualTo(InetAddress.ofLiteral("fd00:1::8000:0:0:2"));
    }

    private static Inet4Address address(int last) {
        return Inet4Address.ofLiteral("10.88.0." + last);
    }
}
