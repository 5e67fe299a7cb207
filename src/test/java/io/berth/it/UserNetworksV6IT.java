package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Networks with IPv6 addresses, through the docker CLI. */
class UserNetworksV6IT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final String ENDPOINT = "{{with .NetworkSettings.Networks.lan}}{{.GlobalIPv6Address}}/{{.GlobalIPv6PrefixLen}} {{.IPv6Gateway}}{{end}}";

    @AfterEach
    void nothingIsLeft() {
        BERTH.removeAndAudit();
        BERTH.docker("network", "prune", "-f").ok();
    }

    @Test
    void aNetworkHasTheSubnetsThatWereChosenAndSaysSo() {
        BERTH.docker("network", "create", "--ipv6", "--subnet", "10.213.17.0/24", "--subnet", "fd00:213:17::/64", "--gateway", "fd00:213:17::ff",
                "--ip-range", "fd00:213:17::8000/113", "--aux-address", "printer=fd00:213:17::8000", "lan").ok();
        assertThat(inspect("lan", "{{.EnableIPv4}} {{.EnableIPv6}} {{json .IPAM.Config}}")).isEqualTo("true true "
                + "[{\"Subnet\":\"10.213.17.0/24\"},{\"Subnet\":\"fd00:213:17::/64\",\"IPRange\":\"fd00:213:17::8000/113\","
                + "\"Gateway\":\"fd00:213:17::ff\",\"AuxiliaryAddresses\":{\"printer\":\"fd00:213:17::8000\"}}]");
    }

    @Test
    void containersReachEachOtherByNameAndHaveTheAddressesThatTheyAskFor() {
        BERTH.docker("network", "create", "--ipv6", "--subnet", "fd00:213:18::/64", "lan").ok();
        WebServers.start(BERTH, "web", "--network", "lan", "--ip6", "fd00:213:18::77");
        assertThat(BERTH.docker("inspect", "-f", ENDPOINT, "web").ok()).isEqualTo("fd00:213:18::77/64 fd00:213:18::1");
        assertThat(BERTH.docker("inspect", "-f", "{{.NetworkSettings.Networks.lan.IPAMConfig.IPv6Address}}", "web").ok()).isEqualTo("fd00:213:18::77");
        assertThat(inspect("lan", "{{range .Containers}}{{.IPv6Address}}{{end}}")).isEqualTo("fd00:213:18::77/64");
        assertThat(BERTH.docker("exec", "web", "cat", "/etc/hosts").ok()).contains("fd00:213:18::77\thost-of-web");
        BERTH.docker("run", "-d", "--name", "client", "--network", "lan", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("inspect", "-f", ENDPOINT, "client").ok()).isEqualTo("fd00:213:18::2/64 fd00:213:18::1");
        assertThat(BERTH.docker("exec", "client", "ping6", "-c1", "-w5", "web").ok()).contains("fd00:213:18::77");
        assertThat(BERTH.docker("exec", "client", "wget", "-qO-", "http://[fd00:213:18::77]/passwd").ok()).contains("root:x:0:0");
        assertThat(BERTH.docker("exec", "client", "nslookup", "fd00:213:18::77", "127.0.0.11").ok()).contains("web.lan");
        var taken = BERTH.docker("run", "--rm", "--network", "lan", "--ip6", "fd00:213:18::77", "busybox", "true").expect(125);
        assertThat(taken.err()).contains("Address already in use");
        BERTH.docker("run", "-d", "--name", "later", "busybox", "sleep", "1000").ok();
        BERTH.docker("network", "connect", "--ip6", "fd00:213:18::99", "lan", "later").ok();
        assertThat(BERTH.docker("exec", "later", "ping6", "-c1", "-w5", "web").ok()).contains("1 packets received");
        assertThat(BERTH.docker("exec", "later", "cat", "/etc/hosts").ok()).contains("fd00:213:18::99");
        BERTH.docker("network", "disconnect", "lan", "later").ok();
        assertThat(BERTH.docker("exec", "later", "cat", "/etc/hosts").ok()).doesNotContain("fd00:213:18::99");
    }

    @Test
    void portsLeadToTheContainerOverIpv6AndTheServiceIsNotNeededForIt() {
        BERTH.docker("network", "create", "--ipv6", "--subnet", "fd00:213:19::/64", "lan").ok();
        WebServers.start(BERTH, "web", "--network", "lan", "-p", "80", "-p", "[::1]::80");
        assertThat(BERTH.docker("port", "web", "80").ok().lines()).hasSize(3);
        var all = port("web", "[::]:");
        var loopback = "[::1]:" + port("web", "[::1]:");
        assertThat(fetched("http://[::1]:" + all)).isTrue();
        assertThat(fetched("http://" + loopback)).isTrue();
        assertThat(fetched("http://[fd00:213:19::1]:" + all)).isTrue();
        var before = BERTH.docker("inspect", "-f", ENDPOINT, "web").ok();
        BERTH.kill();
        assertThat(fetched("http://[fd00:213:19::1]:" + all)).as("the firewall carries it").isTrue();
        BERTH.start();
        assertThat(BERTH.docker("inspect", "-f", ENDPOINT, "web").ok()).isEqualTo(before);
        Eventually.holds("the relay serves ::1 again", () -> fetched("http://[::1]:" + all));
        BERTH.docker("restart", "-t", "0", "web").ok();
        Eventually.holds("it listens", () -> fetched("http://[fd00:213:19::1]:" + port("web", "[::]:")));
    }

    /** The port of the host on this address, which ends with a colon. */
    private static String port(String container, String address) {
        return BERTH.docker("port", container, "80").ok().lines().filter(line -> line.startsWith(address)).findFirst().orElseThrow()
                .substring(address.length());
    }

    @Test
    void aNetworkMayHaveIpv6Only() {
        BERTH.docker("network", "create", "--ipv4=false", "--ipv6", "--subnet", "fd00:213:23::/64", "lan").ok();
        assertThat(inspect("lan", "{{.EnableIPv4}} {{.EnableIPv6}} {{len .IPAM.Config}}")).isEqualTo("false true 1");
        WebServers.start(BERTH, "web", "--network", "lan", "-p", "80");
        assertThat(BERTH.docker("inspect", "-f", "{{.NetworkSettings.Networks.lan.IPAddress}}" + ENDPOINT, "web").ok())
                .isEqualTo("fd00:213:23::2/64 fd00:213:23::1");
        assertThat(BERTH.docker("exec", "web", "ip", "-4", "addr", "show", "eth0").ok()).isEmpty();
        assertThat(BERTH.docker("port", "web", "80").ok().lines()).hasSize(1);
        assertThat(fetched("http://[::1]:" + port("web", "[::]:"))).isTrue();
        assertThat(fetched("http://[fd00:213:23::1]:" + port("web", "[::]:"))).isTrue();
        refused("IPv4 or IPv6 must be enabled", "network", "create", "--ipv4=false", "neither");
    }

    @Test
    void whatCannotBeIsRefusedInDockersWordsAndNothingStays() {
        BERTH.docker("network", "create", "--ipv6", "--subnet", "fd00:213:20::/64", "lan").ok();
        refused("Pool overlaps with other one on this address space", "network", "create", "--ipv6", "--subnet", "fd00:213:20:0:8000::/65", "other");
        refused("invalid subnet fd00:213:21::1/64: it should be fd00:213:21::/64", "network", "create", "--ipv6", "--subnet", "fd00:213:21::1/64", "other");
        refused("bridge driver doesn't support multiple subnets", "network", "create", "--ipv6", "--subnet", "fd00:213:21::/64", "--subnet",
                "fd00:213:22::/64", "other");
        var outside = BERTH.docker("run", "--rm", "--network", "lan", "--ip6", "fd00::1", "busybox", "true").expect(125);
        assertThat(outside.err()).contains("no configured subnet or ip-range contain the IP address fd00::1");
        assertThat(BERTH.docker("network", "ls", "-q", "--filter", "type=custom").ok().lines()).hasSize(1);
    }

    private static boolean fetched(String url) {
        return Command.run("curl", "-gsf", "--max-time", "3", url + "/passwd").out().contains("root:x:0:0");
    }

    private static String inspect(String network, String format) {
        return BERTH.docker("network", "inspect", "-f", format, network).ok();
    }

    private static void refused(String reason, String... command) {
        assertThat(BERTH.docker(command).expect(1).err()).contains(reason);
    }
}
