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

    @Test
    void defaultsAreDockersRanges() {
        NetworkProperties defaults = bind(Map.of());
        assertThat(defaults.prepared()).isEqualTo(3);
        assertThat(new SubnetAllocator(defaults.ranges()).choose(List.of())).hasToString("172.17.0.0/20");
        assertThat(defaults.pool()).containsExactly("172.17.0.0/16", "172.18.0.0/15", "172.20.0.0/14", "172.24.0.0/13", "192.168.0.0/16");
    }

    @Test
    void aRangeIsCutIntoSubnetsOfTheSizeAskedFor() {
        NetworkProperties properties = bind(Map.of("berth.network.pool", "10.80.0.0/16:24, 10.90.0.0/28", "berth.network.prepared", "0"));
        SubnetAllocator subnets = new SubnetAllocator(properties.ranges());
        assertThat(subnets.choose(List.of())).hasToString("10.80.0.0/24");
        assertThat(subnets.choose(List.of(Subnet.parse("10.80.0.0/23")))).hasToString("10.80.2.0/24");
        assertThat(subnets.choose(List.of(Subnet.parse("10.80.0.0/16")))).hasToString("10.90.0.0/28");
        assertThatThrownBy(() -> subnets.choose(List.of(Subnet.parse("10.0.0.0/8")))).isInstanceOf(UnavailableException.class);
        assertThat(subnets.offers(Subnet.parse("10.80.7.0/24"))).isTrue();
        assertThat(subnets.offers(Subnet.parse("10.80.0.0/20"))).isFalse();
        assertThat(properties.prepared()).isZero();
    }

    @Test
    void senselessOnesAreRefusedByName() {
        for (String pool : List.of("10.80.0.0", "10.80.0.0/16:8", "10.80.0.0/16:x", "10.80.0.0/30", "10.80.0.1/16")) {
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
