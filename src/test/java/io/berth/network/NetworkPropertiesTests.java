package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import io.berth.error.UnavailableException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class NetworkPropertiesTests {

    private static final NetworkProperties.PoolRange OWN = NetworkProperties.PoolRange.parse("fd00:1:2::/48");

    @Test
    void defaultsAreDockersRanges() {
        NetworkProperties defaults = bind(Map.of());
        assertThat(defaults.prepared()).isEqualTo(3);
        assertThat(new SubnetAllocator(defaults.ranges(OWN)).choose(List.of(), false)).hasToString("172.17.0.0/20");
        assertThat(new SubnetAllocator(defaults.ranges(OWN)).choose(List.of(), true)).hasToString("fd00:1:2::/64");
        assertThat(defaults.pool()).containsExactly("172.17.0.0/16", "172.18.0.0/15", "172.20.0.0/14", "172.24.0.0/13", "192.168.0.0/16");
    }

    @Test
    void aRangeIsCutIntoSubnetsOfTheSizeAskedFor() {
        NetworkProperties properties = bind(Map.of("berth.network.pool", "10.80.0.0/16:24, 10.90.0.0/28", "berth.network.prepared", "0"));
        SubnetAllocator subnets = new SubnetAllocator(properties.ranges(OWN));
        assertThat(subnets.choose(List.of(), false)).hasToString("10.80.0.0/24");
        assertThat(subnets.choose(List.of(Subnet.parse("10.80.0.0/23")), false)).hasToString("10.80.2.0/24");
        assertThat(subnets.choose(List.of(Subnet.parse("10.80.0.0/16")), false)).hasToString("10.90.0.0/28");
        assertThatThrownBy(() -> subnets.choose(List.of(Subnet.parse("10.0.0.0/8")), false)).isInstanceOf(UnavailableException.class);
        assertThat(subnets.offers(Subnet.parse("10.80.7.0/24"))).isTrue();
        assertThat(subnets.offers(Subnet.parse("10.80.0.0/20"))).isFalse();
        assertThat(properties.prepared()).isZero();
    }

    @Test
    void rangesOfIpv6AreCutLikewiseAndTakeThePlaceOfTheInstancesOwn() {
        SubnetAllocator subnets = new SubnetAllocator(bind(Map.of("berth.network.pool", "10.80.0.0/16, fd12:3456:789a::/48, fdff::/16:120")).ranges(OWN));
        assertThat(subnets.choose(List.of(), true)).hasToString("fd12:3456:789a::/64");
        assertThat(subnets.choose(List.of(Subnet.parse("fd12:3456:789a::/63")), true)).hasToString("fd12:3456:789a:2::/64");
        assertThat(subnets.choose(List.of(Subnet.parse("fd12::/16")), true)).hasToString("fdff::/120");
        assertThat(subnets.choose(List.of(Subnet.parse("fd12::/16"), Subnet.parse("fdff::/119")), true)).hasToString("fdff::200/120");
        assertThat(subnets.choose(List.of(), false)).hasToString("10.80.0.0/20");
        assertThat(subnets.offers(Subnet.parse("fd12:3456:789a:ffff::/64"))).isTrue();
        assertThat(subnets.offers(Subnet.parse("fd12:3456:789b::/64"))).isFalse();
    }

    @Test
    void eachInstanceHasARangeOfItsOwn() {
        assertThat(UniqueLocalRange.of("one")).isEqualTo(UniqueLocalRange.of("one")).isNotEqualTo(UniqueLocalRange.of("two"));
        assertThat(UniqueLocalRange.of("one").range().toString()).startsWith("fd").endsWith("/48");
        assertThat(UniqueLocalRange.of("one").subnetPrefixLength()).isEqualTo(64);
    }

    @Test
    void senselessOnesAreRefusedByName() {
        for (String pool : List.of("10.80.0.0", "10.80.0.0/16:8", "10.80.0.0/16:x", "10.80.0.0/30", "10.80.0.1/16", "fd00::/48", "fd00::/48:32", "fd00::/120:126")) {
            assertThatThrownBy(() -> new NetworkProperties(List.of(pool), 0, 1000, "")).as(pool).isInstanceOf(InvalidArgumentException.class);
        }
        assertThatThrownBy(() -> new NetworkProperties(List.of(), 0, 1000, "")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> new NetworkProperties(List.of("10.80.0.0/16"), 65, 1000, "")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> new NetworkProperties(List.of("10.80.0.0/16"), 3, 1024, "")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> new NetworkProperties(List.of("10.80.0.0/16"), 3, 1000, "here")).isInstanceOf(InvalidArgumentException.class);
    }

    private static NetworkProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("berth.network", NetworkProperties.class);
    }
}
