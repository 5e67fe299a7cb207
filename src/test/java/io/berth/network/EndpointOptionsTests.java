package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
import io.berth.ffi.Links;
import io.berth.ffi.OwnNetwork;
import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What containers ask of their interfaces. */
@SuppressWarnings("try") // what is held need not be named
class EndpointOptionsTests {

    private static final String NAME = "com.docker.network.endpoint.ifname";
    private static final String SETTINGS = "com.docker.network.endpoint.sysctls";

    @TempDir
    Path folder;

    @Test
    void settingsAreReadInBothCases() {
        var wrong = new ArrayList<String>();
        var options = EndpointOptions.of(Map.of(SETTINGS, "net.ipv4.conf.IFNAME.log_martians=1,net.ipv6.conf.ifname.accept_ra=", "x", "y"), wrong);
        assertThat(wrong).isEmpty();
        assertThat(options.settings()).containsExactly(new EndpointOptions.Setting("ipv4", "conf", "log_martians", "1"),
                new EndpointOptions.Setting("ipv6", "conf", "accept_ra", ""));
        assertThat(options.interfaceName()).isEmpty();
        assertThat(EndpointOptions.of(Map.of("x", "y"), wrong).isUsual()).isTrue();
    }

    @Test
    void whatCannotBeIsRefused() {
        for (String text : List.of("net.ipv4.conf.eth0.log_martians=1", "net.ipv9.conf.IFNAME.x=1", "kernel.conf.IFNAME.x=1", "net.ipv4.conf.IFNAME", "",
                "net.ipv4.conf.IFNAME./../x=1")) {
            var wrong = new ArrayList<String>();
            EndpointOptions.of(Map.of(SETTINGS, "net.ipv4.conf.IFNAME.forwarding=1," + text), wrong);
            assertThat(wrong).as(text).containsExactly("unrecognised network interface sysctl '" + text
                    + "'; represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', 'X' must be 'ipv4', 'ipv6' or 'mpls'");
        }
        for (String name : List.of("a/b", "eth%d", "a b", "longer-than-it-may-be", "..", "lo", "a:1")) {
            var wrong = new ArrayList<String>();
            EndpointOptions.of(Map.of(NAME, name), wrong);
            assertThat(wrong).as(name).containsExactly("invalid interface name '" + name + "'");
        }
        assertThatThrownBy(() -> EndpointOptions.of(Map.of("com.docker.network.endpoint.other", "1"), new ArrayList<>()))
                .isInstanceOf(NotImplementedException.class);
    }

    @Test
    @Tag("privileged")
    void aConnectionIsCheckedWhole() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(new NetworkSpec("lan", "", false, false, false, "", List.of(), Map.of(), Map.of()));
            assertThatThrownBy(() -> host.networks().checked(asked("lan", Map.of(NAME, "a/b"), List.of("10.1.1.1", "nonsense", "169.254.1.1"))))
                    .isInstanceOf(InvalidArgumentException.class).hasMessage("invalid config for network lan: invalid endpoint settings:\n"
                            + "* invalid link-local IP address: 10.1.1.1\n* invalid link-local IP address: nonsense\n* invalid interface name 'a/b'");
        });
    }

    @Test
    @Tag("privileged")
    void namesSettingsAndLinkLocalAddressesAreThoseAskedFor() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(new NetworkSpec("one", "", false, false, false, "", List.of(), Map.of(), Map.of()));
            host.networks().create(new NetworkSpec("two", "macvlan", false, false, false, "", List.of(), Map.of(), Map.of()));
            var first = asked("one", Map.of(NAME, "lan0", SETTINGS, "net.ipv4.conf.IFNAME.log_martians=1,net.ipv4.neigh.IFNAME.mcast_solicit=7"),
                    List.of("169.254.7.7", "fe80::7"));
            var second = asked("two", Map.of(SETTINGS, "net.ipv4.conf.ifname.log_martians=1"), List.of("169.254.8.8", "fe80::8"));
            var third = asked("bridge", Map.of(NAME, "eth0"), List.of());
            try (Sandbox web = host.sandboxes().attach(request(first, second)); Links inside = Links.of(Objects.requireNonNull(web.netns()))) {
                assertThat(web.endpoints()).extracting(Endpoint::interfaceName).containsExactly("lan0", "eth0");
                OwnNetwork.in(web.netns(), () -> {
                    assertThat(setting("conf/lan0/log_martians")).isEqualTo("1");
                    assertThat(setting("neigh/lan0/mcast_solicit")).isEqualTo("7");
                    assertThat(setting("conf/eth0/log_martians")).isEqualTo("1");
                });
                assertThat(inside.addresses()).filteredOn(address -> address.address().isLinkLocalAddress()).extracting(address -> address.address()
                        .getHostAddress() + "/" + address.prefixLength()).contains("169.254.7.7/16", "169.254.8.8/16").anyMatch(own -> own.matches("fe80:[0:]*:7(%.*)?/64"))
                        .anyMatch(own -> own.matches("fe80:[0:]*:8(%.*)?/64"));
                String id = "0123456789abcdef".repeat(4);
                assertThatThrownBy(() -> host.sandboxes().connect(id, host.networks().checked(third), "")).isInstanceOf(ConflictException.class)
                        .hasMessage("interface name eth0 is taken in the container");
                Endpoint named = host.sandboxes().connect(id, host.networks().checked(asked("bridge", Map.of(NAME, "wan"), List.of())), "");
                assertThat(named.interfaceName()).isEqualTo("wan");
            }
            assertThat(setting("conf/default/log_martians")).isEqualTo("0");
        });
    }

    @Test
    @Tag("privileged")
    void aSettingThatTheKernelRefusesLeavesNothing() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(new NetworkSpec("one", "", false, false, false, "", List.of(), Map.of(), Map.of()));
            assertThatThrownBy(() -> host.sandboxes().attach(request(asked("one", Map.of(SETTINGS, "net.ipv4.conf.IFNAME.nonsense=1"), List.of()))))
                    .isInstanceOf(InternalException.class).hasMessageStartingWith("failed to set up container networking: failed to create endpoint web "
                            + "on network one: failed to set the sysctls of interface eth0: set ipv4/conf/eth0/nonsense to 1: ");
            assertThat(host.veths()).isEmpty();
            assertThat(host.networks().removed(host.networks().require("one"))).isTrue();
        });
    }

    private static String setting(String name) throws Exception {
        // The kernel shows each thread the settings of its own namespace here, and a setting whole in the first read only.
        try (var file = new FileInputStream("/proc/sys/net/ipv4/" + name)) {
            return new String(file.readNBytes(4096), StandardCharsets.US_ASCII).strip();
        }
    }

    private static Connection asked(String network, Map<String, String> options, List<String> linkLocal) {
        return new Connection(network, "", List.of(), List.of(), "", "", "", 0, options, linkLocal);
    }

    private static SandboxRequest request(Connection... connections) {
        return new SandboxRequest("0123456789abcdef".repeat(4), "web", "", NetworkMode.parse(connections[0].network()), List.of(connections), List.of(),
                List.of(), new NamespaceOwner.Host());
    }
}
