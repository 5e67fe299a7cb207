package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import io.berth.network.NetworkSpec.PoolSpec;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkRulesTests {

    @Test
    void aSubnetOfEachFamilyIsRead() {
        List<Network.Pool> pools = NetworkRules.pools(spec(true, new PoolSpec("fd00:1::/64", "fd00:1::8000:0:0:0/80", "", Map.of("x", "fd00:1::8000:0:0:0")),
                new PoolSpec("10.9.0.0/24", "", "", Map.of())));
        assertThat(pools).extracting(pool -> pool.subnet().toString()).containsExactlyInAnyOrder("10.9.0.0/24", "fd00:1::/64");
        Network.Pool six = pools.stream().filter(pool -> pool.subnet().isIpv6()).findFirst().orElseThrow();
        assertThat(six.gated().gate()).isEqualTo(InetAddress.ofLiteral("fd00:1::8000:0:0:1"));
        assertThat(NetworkRules.pools(spec(true, new PoolSpec("fd00:1::/64", "", "", Map.of()))).getFirst().gated().gate())
                .isEqualTo(InetAddress.ofLiteral("fd00:1::1"));
    }

    @Test
    void withoutIpv6ItsSubnetsMeanNothing() {
        assertThat(NetworkRules.pools(spec(false, new PoolSpec("fd00:1::/64", "", "10.0.0.1", Map.of())))).isEmpty();
    }

    @Test
    void whatCannotBeIsSaidInDockersWords() {
        refused("invalid network config:\ninvalid subnet fd00:1::1/64: it should be fd00:1::/64", new PoolSpec("fd00:1::1/64", "", "", Map.of()));
        refused("invalid network config:\ninvalid subnet fd00:1::/129: invalid CIDR block notation", new PoolSpec("fd00:1::/129", "", "", Map.of()));
        refused("invalid network config:\ninvalid gateway 10.0.0.1: parent subnet is an IPv6 block", new PoolSpec("fd00:1::/64", "", "10.0.0.1", Map.of()));
        refused("invalid network config:\ninvalid gateway fd00::1: parent subnet is an IPv4 block", new PoolSpec("10.9.0.0/24", "", "fd00::1", Map.of()));
        refused("invalid network config:\ninvalid gateway fd00:2::1: parent subnet fd00:1::/64 doesn't contain this address",
                new PoolSpec("fd00:1::/64", "", "fd00:2::1", Map.of()));
        refused("invalid network config:\ninvalid ip-range 10.0.0.0/24: parent subnet is an IPv6 block",
                new PoolSpec("fd00:1::/64", "10.0.0.0/24", "", Map.of()));
        refused("invalid network config:\ninvalid auxiliary address x: parent subnet fd00:1::/64 doesn't contain this address",
                new PoolSpec("fd00:1::/64", "", "", Map.of("x", "fd00:2::1")));
    }

    private static void refused(String message, PoolSpec... pools) {
        assertThatThrownBy(() -> NetworkRules.pools(spec(true, pools))).isInstanceOf(InvalidArgumentException.class).hasMessage(message);
    }

    private static NetworkSpec spec(boolean ipv6, PoolSpec... pools) {
        return new NetworkSpec("lan", "bridge", ipv6, false, false, "default", List.of(pools), Map.of(), Map.of());
    }
}
