package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Networks that users make, through the docker CLI. */
class UserNetworksIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @AfterEach
    void nothingIsLeft() {
        BERTH.removeAndAudit();
        BERTH.docker("network", "prune", "-f").ok();
        assertThat(BERTH.docker("network", "ls", "--format", "{{.Name}}").ok().lines()).containsExactlyInAnyOrder("bridge", "host", "none");
    }

    @Test
    void containersFindEachOtherByNameAliasAndLink() {
        BERTH.docker("network", "create", "front").ok();
        WebServers.start(BERTH, "web", "--network", "front", "--network-alias", "www");
        for (var name : List.of("web", "www", "web.front")) {
            assertThat(fetch(name, "--network", "front")).as(name).contains("root:x:0:0");
        }
        assertThat(fetch("linked", "--network", "front", "--link", "web:linked")).contains("root:x:0:0");
        BERTH.docker("rename", "web", "other").ok();
        assertThat(fetch("other", "--network", "front")).contains("root:x:0:0");
        assertThat(fetch("other")).as("on the default bridge no name is known").isEmpty();
        BERTH.docker("network", "create", "back").ok();
        assertThat(fetch("other", "--network", "back")).as("nor in other networks").isEmpty();
        var address = BERTH.docker("inspect", "-f", "{{.NetworkSettings.Networks.front.IPAddress}}", "other").ok();
        assertThat(fetch(address, "--network", "back")).as("nor is its address reached from there").isEmpty();
        assertThat(fetch(address)).isEmpty();
    }

    @Test
    void namesAndConnectionsOutliveTheServiceAndItsCrash() {
        BERTH.docker("network", "create", "--subnet", "10.213.7.0/24", "--label", "of=test", "lan").ok();
        WebServers.start(BERTH, "web", "--network", "lan", "--ip", "10.213.7.77", "--restart", "always");
        BERTH.docker("run", "-d", "--name", "client", "--network", "lan", "busybox", "sleep", "1000").ok();
        BERTH.docker("create", "--name", "later", "busybox", "sleep", "1000").ok();
        BERTH.docker("network", "connect", "--alias", "late", "lan", "later").ok();
        var network = BERTH.docker("network", "inspect", "-f", "{{.Id}} {{.Labels}} {{(index .IPAM.Config 0).Subnet}}", "lan").ok();
        BERTH.kill();
        BERTH.start();
        assertThat(BERTH.docker("network", "inspect", "-f", "{{.Id}} {{.Labels}} {{(index .IPAM.Config 0).Subnet}}", "lan").ok()).isEqualTo(network);
        Eventually.holds("the name server answers again", () -> BERTH.docker("exec", "client", "wget", "-qO-", "http://web/passwd").out().contains("root"));
        BERTH.docker("start", "later").ok();
        assertThat(BERTH.docker("exec", "client", "nslookup", "late", "127.0.0.11").ok()).contains("10.213.7.");
        assertThat(BERTH.docker("network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{end}}", "lan").ok().split(" "))
                .containsExactlyInAnyOrder("web", "client", "later");
        assertThat(BERTH.docker("network", "rm", "lan").expect(1).err()).contains("network lan has active endpoints (name:\"");
    }

    @Test
    void aRunningContainerIsMovedFromNetworkToNetworkAndItsPortGoesWithIt() {
        BERTH.docker("network", "create", "one").ok();
        BERTH.docker("network", "create", "two").ok();
        WebServers.start(BERTH, "web", "--network", "one", "-p", "127.0.0.1::80");
        var port = BERTH.docker("port", "web", "80").ok();
        BERTH.docker("network", "connect", "--alias", "www", "two", "web").ok();
        assertThat(fetch("www", "--network", "two")).contains("root:x:0:0");
        assertThat(BERTH.docker("exec", "web", "cat", "/etc/hosts").ok().lines().filter(line -> line.contains("host-of-web"))).hasSize(2);
        BERTH.docker("network", "disconnect", "one", "web").ok();
        assertThat(BERTH.docker("port", "web", "80").ok()).isEqualTo(port);
        assertThat(Command.run("curl", "-sf", "http://" + port + "/passwd").ok()).contains("root:x:0:0");
        assertThat(fetch("web", "--network", "one")).isEmpty();
        BERTH.docker("network", "disconnect", "two", "web").ok();
        assertThat(BERTH.docker("port", "web").ok()).isEmpty();
        assertThat(BERTH.docker("exec", "web", "ls", "/sys/class/net").ok()).isEqualTo("lo");
        assertThat(BERTH.docker("exec", "web", "cat", "/etc/hosts").ok()).doesNotContain("host-of-web");
        BERTH.docker("network", "connect", "one", "web").ok();
        assertThat(Command.run("curl", "-sf", "http://" + port + "/passwd").ok()).contains("root:x:0:0");
        assertThat(BERTH.docker("restart", "-t", "0", "web").ok()).isEqualTo("web");
        assertThat(BERTH.docker("exec", "web", "ls", "/sys/class/net").ok().split("\\s+")).containsExactly("eth0", "lo");
    }

    @Test
    void aContainerOfTheDefaultBridgeLearnsNamesWhenItIsConnected() {
        BERTH.docker("network", "create", "names").ok();
        WebServers.start(BERTH, "web", "--network", "names");
        BERTH.docker("run", "-d", "--name", "plain", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("exec", "plain", "cat", "/etc/resolv.conf").ok()).doesNotContain("127.0.0.11");
        BERTH.docker("network", "connect", "names", "plain").ok();
        assertThat(BERTH.docker("exec", "plain", "wget", "-qO-", "http://web/passwd").ok()).contains("root:x:0:0");
        BERTH.docker("network", "disconnect", "names", "plain").ok();
        assertThat(BERTH.docker("exec", "plain", "nslookup", "web", "127.0.0.11").expect(1).out()).doesNotContain("Name:");
    }

    @Test
    void whatCannotBeIsRefusedInDockersWordsAndNothingStays() {
        BERTH.docker("network", "create", "--subnet", "10.213.8.0/24", "lan").ok();
        refused("network with name lan already exists", "network", "create", "lan");
        refused("Pool overlaps with other one on this address space", "network", "create", "--subnet", "10.213.8.128/25", "other");
        refused("invalid subnet 10.213.8.1/24: it should be 10.213.8.0/24", "network", "create", "--subnet", "10.213.8.1/24", "other");
        refused("plugin \"nonsense\" not found", "network", "create", "-d", "nonsense", "other");
        refused("not supported yet: networks of driver overlay", "network", "create", "-d", "overlay", "other");
        refused("bridge is a pre-defined network and cannot be removed", "network", "rm", "bridge");
        refused("network missing not found", "network", "connect", "missing", "x");
        refused("No such container: x", "network", "connect", "lan", "x");
        var outside = BERTH.docker("run", "--rm", "--network", "lan", "--ip", "10.1.1.1", "busybox", "true").expect(125);
        assertThat(outside.err()).contains("no configured subnet or ip-range contain the IP address 10.1.1.1");
        BERTH.docker("run", "-d", "--name", "first", "--network", "lan", "--ip", "10.213.8.9", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("run", "--rm", "--network", "lan", "--ip", "10.213.8.9", "busybox", "true").expect(125).err())
                .contains("Address already in use");
        assertThat(BERTH.docker("ps", "-a", "--format", "{{.Names}}").ok()).isEqualTo("first");
    }

    private static void refused(String reason, String... command) {
        assertThat(BERTH.docker(command).expect(1).err()).contains(reason);
    }

    /** What another container gets of a server; empty when it does not reach it. */
    private static String fetch(String host, String... options) {
        var command = new ArrayList<>(List.of("run", "--rm", "--init"));
        command.addAll(List.of(options));
        command.addAll(List.of("busybox", "timeout", "2", "wget", "-qO-", "http://" + host + "/passwd"));
        return BERTH.docker(command.toArray(String[]::new)).out();
    }
}
