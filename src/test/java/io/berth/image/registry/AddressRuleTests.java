package io.berth.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTests {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::", "169.254.169.254", "fe80::1", "10.1.2.3", "172.20.0.1", "192.168.1.1",
        "fd00::1", "100.64.1.1", "224.0.0.1", "255.255.255.255", "0.1.2.3", "::ffff:127.0.0.1", "2130706433", "0x7f.1", "017700000001"})
    void aRegistryOnTheInternetLeadsToNoHostOfOurs(String address) throws UnknownHostException {
        var rule = new AddressRule();
        rule.registryIsAt(InetAddress.getByName("93.184.216.34"));
        List<InetAddress> found;
        try {
            found = List.of(InetAddress.getAllByName(address));
        } catch (UnknownHostException noAddress) {
            // Java takes it for a name, of which there is none.
            return;
        }
        assertThat(rule.allowed(found)).isEmpty();
    }

    @Test
    void oneOfOurNetworkLeadsThere() throws UnknownHostException {
        var rule = new AddressRule();
        rule.registryIsAt(InetAddress.getByName("10.0.0.5"));
        var inside = InetAddress.getByName("192.168.1.7");
        var outside = InetAddress.getByName("93.184.216.34");
        var local = InetAddress.getByName("127.0.0.1");
        var metadata = InetAddress.getByName("169.254.169.254");
        assertThat(rule.allowed(List.of(inside, outside, local, metadata))).containsExactly(inside, outside);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, LOOPBACK", "::1, LOOPBACK", "169.254.1.1, LINK_LOCAL", "fe80::1, LINK_LOCAL", "10.0.0.1, PRIVATE", "fc00::1, PRIVATE",
        "100.127.255.255, PRIVATE", "100.128.0.0, PUBLIC", "240.0.0.1, UNUSABLE", "8.8.8.8, PUBLIC", "2001:4860:4860::8888, PUBLIC"})
    void addressesHaveKinds(String address, AddressRule.Kind kind) throws UnknownHostException {
        assertThat(AddressRule.Kind.of(InetAddress.getByName(address))).isEqualTo(kind);
    }
}
