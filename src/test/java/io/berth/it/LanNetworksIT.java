package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Networks on a link of the host and configuration networks, through the docker CLI. The link is one end of a wire of the test, whose other
 * end is in a namespace of the test. What this kernel does not have must be refused with the name of its module.
 */
class LanNetworksIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final String LAN = "10.216.7.0/24";

    /** Of at most 15 characters, as names of links are. */
    private static String wire() {
        return "lan" + Integer.toHexString(BERTH.name().hashCode());
    }

    private static String neighbour() {
        return "lan-" + BERTH.name();
    }

    @BeforeEach
    void aWireWithANeighbour() {
        Command.run("ip", "netns", "add", neighbour()).ok();
        Command.run("ip", "link", "add", wire(), "type", "veth", "peer", "name", "eth0", "netns", neighbour()).ok();
        Command.run("ip", "link", "set", wire(), "up").ok();
        Command.run("ip", "-n", neighbour(), "link", "set", "eth0", "up").ok();
        Command.run("ip", "-n", neighbour(), "address", "add", "10.216.7.1/24", "dev", "eth0").ok();
    }

    @AfterEach
    void nothingIsLeft() {
        BERTH.removeAndAudit();
        for (var name : BERTH.docker("network", "ls", "-q", "--filter", "type=custom", "--filter", "driver=null").ok().lines().toList()) {
            BERTH.docker("network", "prune", "-f").ok();
            BERTH.docker("network", "rm", name).ok();
        }
        BERTH.docker("network", "prune", "-f").ok();
        assertThat(BERTH.docker("network", "ls", "--format", "{{.Name}}").ok().lines()).containsExactlyInAnyOrder("bridge", "host", "none");
        Command.run("ip", "link", "delete", wire()).ok();
        Command.run("ip", "netns", "delete", neighbour()).ok();
    }

    private static boolean kernelKnows(String kind) {
        // Without a parent none is made: the kernel says that it misses it, or that it knows no such kind.
        return !Command.run("ip", "link", "add", "type", kind).err().contains("Unknown device type");
    }

    @Test
    void macvlanContainersAreOnTheWireAndOutliveTheService() {
        assertThat(BERTH.docker("info", "-f", "{{.Plugins.Network}}").ok()).contains("macvlan", "ipvlan");
        if (!kernelKnows("macvlan")) {
            refused("was built without the module macvlan", "network", "create", "-d", "macvlan", "-o", "parent=" + wire(), "lan");
            return;
        }
        BERTH.docker("network", "create", "-d", "macvlan", "--subnet", LAN, "--gateway", "10.216.7.1", "--aux-address", "printer=10.216.7.2", "-o",
                "parent=" + wire(), "lan").ok();
        BERTH.docker("run", "-d", "--name", "web", "--network", "lan", "-p", "8080:80", "--restart", "always", "busybox", "httpd", "-f", "-h", "/etc").ok();
        BERTH.docker("run", "-d", "--name", "client", "--network", "lan", "--ip", "10.216.7.77", "--mac-address", "02:42:00:00:00:77", "busybox",
                "sleep", "1000").ok();
        assertThat(BERTH.docker("port", "web").ok()).as("ports are ignored").isEmpty();
        assertThat(address("web")).isEqualTo("10.216.7.3");
        assertThat(BERTH.docker("exec", "client", "ip", "-o", "route").ok()).contains("default via 10.216.7.1 dev eth0");
        assertThat(BERTH.docker("exec", "client", "cat", "/sys/class/net/eth0/address").ok()).isEqualTo("02:42:00:00:00:77");
        BERTH.kill();
        BERTH.start();
        Eventually.holds("the neighbour is served by its own address", () -> Command.run("ip", "netns", "exec", neighbour(), "curl", "-sf", "--max-time", "2",
                "http://10.216.7.3/passwd").out().contains("root"));
        Eventually.holds("names are known", () -> BERTH.docker("exec", "client", "wget", "-qO-", "http://web/passwd").out().contains("root"));
        assertThat(BERTH.docker("run", "--rm", "--network", "lan", "--ip", "10.216.7.77", "busybox", "true").expect(125).err())
                .contains("Address already in use");
        assertThat(BERTH.docker("network", "rm", "lan").expect(1).err()).contains("network lan has active endpoints");
        BERTH.docker("rm", "-f", "client").ok();
        assertThat(BERTH.docker("run", "--rm", "--network", "lan", "--ip", "10.216.7.77", "busybox", "cat", "/sys/class/net/eth0/operstate").ok())
                .as("the address is free with its interface").isNotEmpty();
    }

    @Test
    void macvlanContainersHaveIpv6Addresses() {
        assumeThat(kernelKnows("macvlan")).as("macvlan in this kernel, else tested above").isTrue();
        Command.run("ip", "-n", neighbour(), "address", "add", "fd00:216:7::1/64", "dev", "eth0", "nodad").ok();
        BERTH.docker("network", "create", "-d", "macvlan", "--ipv6", "--subnet", LAN, "--subnet", "fd00:216:7::/64", "-o", "parent=" + wire(), "lan").ok();
        BERTH.docker("run", "-d", "--name", "web", "--network", "lan", "--ip6", "fd00:216:7::77", "busybox", "httpd", "-f", "-h", "/etc").ok();
        BERTH.docker("run", "-d", "--name", "client", "--network", "lan", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("exec", "client", "ip", "-o", "-6", "address").ok()).contains("fd00:216:7::2/64");
        assertThat(BERTH.docker("exec", "client", "ip", "-6", "route").ok()).contains("default via fd00:216:7::1 dev eth0");
        assertThat(BERTH.docker("exec", "client", "ip", "-o", "route").ok()).contains("default via 10.216.7.1 dev eth0");
        BERTH.kill();
        BERTH.start();
        Eventually.holds("the neighbour is served by IPv6", () -> Command.run("ip", "netns", "exec", neighbour(), "curl", "-sfg", "--max-time", "2",
                "http://[fd00:216:7::77]/passwd").out().contains("root"));
        Eventually.holds("names have both addresses", () -> BERTH.docker("exec", "client", "nslookup", "web").out().contains("fd00:216:7::77"));
        assertThat(BERTH.docker("run", "--rm", "--network", "lan", "--ip6", "fd00:216:7::77", "busybox", "true").expect(125).err())
                .contains("Address already in use");
        BERTH.docker("rm", "-f", "web").ok();
        BERTH.docker("run", "--rm", "--network", "lan", "--ip6", "fd00:216:7::77", "busybox", "true").ok();
        BERTH.docker("rm", "-f", "client").ok();
    }

    @Test
    void macvlanContainersMayHaveIpv6Alone() {
        assumeThat(kernelKnows("macvlan")).as("macvlan in this kernel, else tested above").isTrue();
        BERTH.docker("network", "create", "-d", "macvlan", "--ipv4=false", "--ipv6", "-o", "parent=" + wire(), "six").ok();
        var subnet = BERTH.docker("network", "inspect", "-f", "{{range .IPAM.Config}}{{.Subnet}}{{end}}", "six").ok();
        assertThat(subnet).as("one that is free").startsWith("fd").endsWith("/64");
        BERTH.docker("run", "-d", "--name", "web", "--network", "six", "busybox", "httpd", "-f", "-h", "/etc").ok();
        assertThat(BERTH.docker("inspect", "-f", "{{with index .NetworkSettings.Networks \"six\"}}{{.IPAddress}} {{.GlobalIPv6PrefixLen}}{{end}}", "web").ok()).isEqualTo("64");
        Eventually.holds("they reach each other", () -> BERTH.docker("run", "--rm", "--network", "six", "busybox", "wget", "-qO-", "http://web/passwd").out().contains("root"));
        BERTH.docker("network", "disconnect", "six", "web").ok();
        BERTH.docker("network", "connect", "six", "web").ok();
        assertThat(BERTH.docker("exec", "web", "ip", "-6", "route").ok()).contains("default via");
    }

    @Test
    void aRunningContainerIsConnectedAndDisconnected() {
        assumeThat(kernelKnows("macvlan")).as("macvlan in this kernel, else tested above").isTrue();
        BERTH.docker("network", "create", "-d", "macvlan", "--subnet", LAN, "-o", "parent=" + wire(), "lan").ok();
        BERTH.docker("run", "-d", "--name", "web", "busybox", "httpd", "-f", "-h", "/etc").ok();
        BERTH.docker("network", "connect", "--ip", "10.216.7.9", "lan", "web").ok();
        Eventually.holds("the neighbour is served", () -> Command.run("ip", "netns", "exec", neighbour(), "curl", "-sf", "--max-time", "2",
                "http://10.216.7.9/passwd").out().contains("root"));
        BERTH.docker("network", "disconnect", "lan", "web").ok();
        assertThat(BERTH.docker("exec", "web", "ls", "/sys/class/net").ok().split("\\s+")).containsExactly("eth0", "lo");
        BERTH.docker("network", "rm", "lan").ok();
    }

    @Test
    void aNetworkWithoutParentLeadsNowhereAndIsMadeAgainAfterTheHostWasDown() throws Exception {
        assumeThat(kernelKnows("macvlan")).as("macvlan in this kernel, else tested above").isTrue();
        var id = BERTH.docker("network", "create", "-d", "macvlan", "inside").ok();
        BERTH.docker("run", "-d", "--name", "web", "--network", "inside", "busybox", "httpd", "-f", "-h", "/etc").ok();
        Eventually.holds("they reach each other", () -> BERTH.docker("run", "--rm", "--network", "inside", "busybox", "wget", "-qO-",
                "http://web/passwd").out().contains("root"));
        assertThat(BERTH.docker("exec", "web", "ip", "route").ok()).doesNotContain("default");
        BERTH.hostDown();
        Command.run("ip", "link", "delete", "dm-" + id.substring(0, 12));
        BERTH.start();
        BERTH.docker("start", "web").ok();
        assertThat(Command.run("ip", "-o", "link", "show", "dm-" + id.substring(0, 12)).ok()).contains("UP");
        BERTH.docker("rm", "-f", "web").ok();
        BERTH.docker("network", "rm", "inside").ok();
        assertThat(Command.run("ip", "link", "show", "dm-" + id.substring(0, 12)).exitCode()).isNotZero();
    }

    @Test
    void ipvlanContainersAreOnTheWireOrTheAnswerNamesTheModule() {
        String[] create = {"network", "create", "-d", "ipvlan", "--subnet", LAN, "--gateway", "10.216.7.1", "-o", "parent=" + wire(), "lan"};
        if (!kernelKnows("ipvlan")) {
            refused("the kernel cannot have ipvlan networks: it was built without the module ipvlan", create);
            return;
        }
        BERTH.docker(create).ok();
        BERTH.docker("run", "-d", "--name", "web", "--network", "lan", "busybox", "httpd", "-f", "-h", "/etc").ok();
        Eventually.holds("the neighbour is served", () -> Command.run("ip", "netns", "exec", neighbour(), "curl", "-sf", "--max-time", "2",
                "http://" + address("web") + "/passwd").out().contains("root"));
        assertThat(BERTH.docker("run", "--rm", "--network", "lan", "--mac-address", "02:42:00:00:00:77", "busybox", "true").expect(125).err())
                .contains("ipvlan interfaces do not support custom mac address assignment");
    }

    @Test
    void aVlanOfTheWireIsMadeAndTakenAwayOrTheAnswerNamesTheModule() {
        assumeThat(kernelKnows("macvlan")).as("macvlan in this kernel, else tested above").isTrue();
        String[] create = {"network", "create", "-d", "macvlan", "--subnet", LAN, "-o", "parent=" + wire() + ".5", "lan"};
        if (!kernelKnows("vlan")) {
            refused("the kernel cannot have VLANs: it was built without the module 8021q", create);
            return;
        }
        BERTH.docker(create).ok();
        assertThat(Command.run("ip", "-d", "link", "show", wire() + ".5").ok()).contains("vlan protocol 802.1Q id 5");
        BERTH.docker("network", "rm", "lan").ok();
        assertThat(Command.run("ip", "link", "show", wire() + ".5").exitCode()).isNotZero();
    }

    @Test
    void networksAreMadeFromConfigurations() {
        BERTH.docker("network", "create", "--config-only", "--subnet", "10.216.8.0/24", "--label", "of=test", "-o", "x=y", "cfg").ok();
        BERTH.docker("network", "create", "--config-from", "cfg", "-d", "bridge", "made").ok();
        assertThat(BERTH.docker("network", "inspect", "-f", "{{.Driver}} {{.ConfigOnly}} {{.ConfigFrom.Network}}", "cfg").ok()).isEqualTo("null true");
        assertThat(BERTH.docker("network", "inspect", "-f", "{{.Driver}} {{.ConfigOnly}} {{.ConfigFrom.Network}} {{.Labels}} {{.Options}}", "made").ok())
                .isEqualTo("bridge false cfg map[of:test] map[x:y]");
        refused("configuration network \"cfg\" is in use", "network", "rm", "cfg");
        refused("configuration network \"made\" does not exist", "network", "create", "--config-from", "made", "other");
        refused("a configuration network cannot depend on another", "network", "create", "--config-only", "--config-from", "cfg", "other");
        refused("Network operator fields like", "network", "create", "--config-only", "--internal", "other");
        assertThat(BERTH.docker("run", "--rm", "--network", "cfg", "busybox", "true").expect(125).err())
                .contains("cannot create endpoint on configuration-only network");
        BERTH.kill();
        BERTH.start();
        assertThat(BERTH.docker("run", "--rm", "--network", "made", "busybox", "ip", "-o", "-4", "address", "show", "eth0").ok()).contains("10.216.8.2/24");
        assertThat(BERTH.docker("network", "prune", "-f").ok()).contains("made").doesNotContain("cfg");
        BERTH.docker("network", "rm", "cfg").ok();
    }

    @Test
    void interfacesAreAsTheirContainersAsk() {
        BERTH.docker("network", "create", "front").ok();
        var asked = "name=front,driver-opt=com.docker.network.endpoint.ifname=lan0,driver-opt=com.docker.network.endpoint.sysctls="
                + "net.ipv4.conf.IFNAME.log_martians=1,link-local-ip=169.254.7.7";
        BERTH.docker("run", "-d", "--name", "web", "--network", asked, "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("exec", "web", "cat", "/proc/sys/net/ipv4/conf/lan0/log_martians").ok()).isEqualTo("1");
        assertThat(BERTH.docker("exec", "web", "ip", "-o", "-4", "address", "show", "lan0").ok()).contains("169.254.7.7/16");
        assertThat(BERTH.docker("inspect", "-f", "{{.NetworkSettings.Networks.front.IPAMConfig.LinkLocalIPs}}", "web").ok()).isEqualTo("[169.254.7.7]");
        BERTH.docker("restart", "-t", "0", "web").ok();
        assertThat(BERTH.docker("exec", "web", "ls", "/sys/class/net").ok().split("\\s+")).containsExactly("lan0", "lo");
        for (var wrong : List.of("driver-opt=com.docker.network.endpoint.sysctls=nonsense", "link-local-ip=10.1.1.1",
                "driver-opt=com.docker.network.endpoint.ifname=a/b")) {
            assertThat(BERTH.docker("run", "--rm", "--network", "name=front," + wrong, "busybox", "true").expect(125).err()).as(wrong)
                    .contains("invalid endpoint settings");
        }
        BERTH.docker("rm", "-f", "web").ok();
    }

    private static String address(String container) {
        return BERTH.docker("inspect", "-f", "{{.NetworkSettings.Networks.lan.IPAddress}}", container).ok();
    }

    private static void refused(String reason, String... command) {
        assertThat(BERTH.docker(command).expect(1).err()).contains(reason);
    }
}
