package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.ConflictException;
import io.berth.error.ForbiddenException;
import io.berth.error.NotFoundException;
import io.berth.network.NetworkSpec.PoolSpec;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that are configurations for others, in a namespace of the test. */
@Tag("privileged")
class ConfigurationNetworksTests {

    private static final PoolSpec POOL = new PoolSpec("10.9.0.0/24", "10.9.0.128/25", "", Map.of("printer", "10.9.0.7"));

    @TempDir
    Path folder;

    @Test
    void aNetworkHasWhatItsConfigurationSays() throws Exception {
        TestHost.run(folder, host -> {
            Network configuration = host.networks().createConfiguration(spec("cfg", "", Map.of("parent", "wire0"), POOL));
            assertThat(configuration.configOnly()).isTrue();
            assertThat(configuration.driver()).isEqualTo("null");
            assertThat(configuration.pools().getFirst().gateway()).isNull();
            Network made = host.networks().create(spec("lan", "macvlan", Map.of()), "cfg");
            assertThat(made.driver()).isEqualTo("macvlan");
            assertThat(made.configFrom()).isEqualTo("cfg");
            assertThat(made.options()).isEqualTo(Map.of("parent", "wire0"));
            assertThat(made.labels()).isEqualTo(Map.of("of", "test"));
            Network.Pool pool = made.pools().getFirst();
            assertThat(pool.range()).isEqualTo(Subnet.parse("10.9.0.128/25"));
            assertThat(pool.gateway()).isEqualTo(Inet4Address.ofLiteral("10.9.0.128"));
            assertThat(pool.reserved()).containsKey("printer");
            assertThatThrownBy(() -> host.networks().remove("cfg")).isInstanceOf(ForbiddenException.class)
                    .hasMessage("error while removing network: configuration network \"cfg\" is in use");
            host.restart();
            assertThat(host.networks().require("lan").configFrom()).isEqualTo("cfg");
            assertThat(host.networks().require("cfg").configOnly()).isTrue();
            host.networks().remove("lan");
            host.networks().remove("cfg");
            assertThat(host.networks().list()).extracting(Network::name).containsExactly("bridge", "host", "none");
        });
    }

    @Test
    void aNetworkHasTheFamiliesOfItsConfiguration() throws Exception {
        var pool = new PoolSpec("fd01:2::/64", "", "", Map.of());
        TestHost.run(folder, host -> {
            host.networks().createConfiguration(families("both", true, pool));
            host.networks().createConfiguration(families("six", false, new PoolSpec("fd01:3::/64", "", "", Map.of())));
            host.networks().createConfiguration(families("open", true));
            host.restart();
            assertThat(host.networks().require("six").families()).isEqualTo(new Network.Families(false, true));
            Network both = host.networks().create(spec("a", "", Map.of()), "both");
            assertThat(both.ipv6()).isNotNull().extracting(Network.Pool::subnet).isEqualTo(Subnet.parse("fd01:2::/64"));
            assertThat(both.ipv4()).isNotNull();
            assertThat(host.networks().create(spec("b", "", Map.of()), "six").families()).isEqualTo(new Network.Families(false, true));
            assertThat(host.networks().create(spec("c", "", Map.of()), "open").families()).isEqualTo(new Network.Families(true, true));
            refused(host, ForbiddenException.class, "user specified configurations are not supported if the network depends on a configuration network",
                    families("net", false), "open");
        });
    }

    private static NetworkSpec families(String name, boolean ipv4, PoolSpec... pools) {
        return new NetworkSpec(name, "", true, false, false, "", List.of(pools), Map.of(), Map.of(), ipv4);
    }

    @Test
    void aConfigurationTakesNoSubnetAndHasNoContainers() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().createConfiguration(spec("cfg", "nonsense", Map.of(), POOL));
            host.networks().createConfiguration(spec("bare", "", Map.of()));
            host.networks().create(spec("other", "bridge", Map.of(), new PoolSpec("10.9.0.0/16", "", "", Map.of())));
            for (String name : List.of("cfg", "bare")) {
                assertThatThrownBy(() -> host.sandboxes().attach(request(name))).isInstanceOf(ForbiddenException.class)
                        .hasMessage("failed to set up container networking: cannot create endpoint on configuration-only network");
            }
        });
    }

    @Test
    void whatCannotBeIsRefusedInDockersWords() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().createConfiguration(spec("cfg", "", Map.of(), POOL));
            host.networks().create(spec("plain", "bridge", Map.of()));
            String both = "user specified configurations are not supported if the network depends on a configuration network";
            refused(host, ForbiddenException.class, both, spec("net", "bridge", Map.of(), new PoolSpec("10.8.0.0/24", "", "", Map.of())), "cfg");
            refused(host, ForbiddenException.class, both, new NetworkSpec("net", "", false, false, false, "", List.of(), Map.of(), Map.of("a", "b")), "cfg");
            refused(host, ForbiddenException.class, "network driver options are not supported if the network depends on a configuration network",
                    new NetworkSpec("net", "", false, false, false, "", List.of(), Map.of("a", "b"), Map.of()), "cfg");
            refused(host, NotFoundException.class, "configuration network \"missing\" does not exist", plain(), "missing");
            refused(host, NotFoundException.class, "configuration network \"plain\" does not exist", plain(), "plain");
            assertThatThrownBy(() -> host.networks().createConfiguration(spec("plain", "", Map.of()))).isInstanceOf(ConflictException.class)
                    .hasMessage("network with name plain already exists");
            assertThatThrownBy(() -> host.networks().createConfiguration(spec("bridge", "", Map.of()))).isInstanceOf(ForbiddenException.class);
        });
    }

    private static void refused(TestHost host, Class<? extends Exception> kind, String why, NetworkSpec spec, String from) {
        assertThatThrownBy(() -> host.networks().create(spec, from)).isInstanceOf(kind).hasMessage(why);
    }

    private static NetworkSpec plain() {
        return new NetworkSpec("net", "", false, false, false, "", List.of(), Map.of(), Map.of());
    }

    private static NetworkSpec spec(String name, String driver, Map<String, String> options, PoolSpec... pools) {
        return new NetworkSpec(name, driver, false, false, false, "", List.of(pools), options, pools.length == 0 ? Map.of() : Map.of("of", "test"));
    }

    private static SandboxRequest request(String network) {
        return new SandboxRequest("0123456789abcdef".repeat(4), "web", "", NetworkMode.parse(network), List.of(Connection.to(network)), List.of(),
                List.of(), new NamespaceOwner.Host());
    }
}
