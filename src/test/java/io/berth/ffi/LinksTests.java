package io.berth.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against the kernel, in a namespace of the test. */
@Tag("privileged")
class LinksTests {

    private static final byte[] MAC = {2, 0x42, 10, 9, 0, 1};
    private static final byte[] PEER_MAC = {2, 0x42, 10, 9, 0, 2};

    @Test
    void aNamespaceHasLoopbackUpAndLetsAnybodyBindAnyPort() throws Exception {
        OwnNetwork.run(() -> {
            try (var namespace = Links.createNamespace()) {
                assertThat(namespace.links().list()).anySatisfy(link -> {
                    assertThat(link.name()).isEqualTo("lo");
                    assertThat(link.up()).isTrue();
                });
                OwnNetwork.in(namespace.netns(), () -> {
                    assertThat(setting("ipv4/ip_unprivileged_port_start")).isEqualTo("0");
                    assertThat(setting("ipv4/ping_group_range")).isEqualTo("0\t2147483647");
                });
                assertThat(setting("ipv4/ip_unprivileged_port_start")).isEqualTo("1024");
            }
        });
    }

    @Test
    void aVethJoinsABridgeWithANamespaceAndCarriesADefaultRoute() throws Exception {
        OwnNetwork.run(() -> {
            try (Links host = Links.ofHost(); var namespace = Links.createNamespace()) {
                int bridge = host.createBridge("test0", MAC, 1400);
                host.addAddress(bridge, Inet4Address.ofLiteral("10.9.0.1"), 24);
                host.up(bridge);
                host.createVeth("v1", bridge, 77, 1400, namespace.netns(), "eth0", PEER_MAC);
                namespace.links().configure("eth0", Inet4Address.ofLiteral("10.9.0.2"), 24, Inet4Address.ofLiteral("10.9.0.1"));

                assertThat(host.list()).anySatisfy(link -> {
                    assertThat(link.name()).isEqualTo("v1");
                    assertThat(link.kind()).isEqualTo("veth");
                    assertThat(link.master()).isEqualTo(bridge);
                    assertThat(link.group()).isEqualTo(77);
                    assertThat(link.mtu()).isEqualTo(1400);
                    assertThat(link.up()).isTrue();
                });
                assertThat(namespace.links().addresses()).anySatisfy(address -> {
                    assertThat(address.address()).isEqualTo(Inet4Address.ofLiteral("10.9.0.2"));
                    assertThat(address.prefixLength()).isEqualTo(24);
                });
                assertThat(namespace.links().routes()).anySatisfy(route -> {
                    assertThat(route.prefixLength()).isZero();
                    assertThat(route.gateway()).isEqualTo(Inet4Address.ofLiteral("10.9.0.1"));
                });
                OwnNetwork.in(namespace.netns(), () -> {
                    assertThat(Inet4Address.ofLiteral("10.9.0.1").isReachable(2000)).isTrue();
                });
            }
        });
    }

    @Test
    void linksGoByGroup() throws Exception {
        OwnNetwork.run(() -> {
            try (Links host = Links.ofHost(); var namespace = Links.createNamespace()) {
                int bridge = host.createBridge("test0", MAC, 1500);
                host.createVeth("v1", bridge, 77, 1500, namespace.netns(), "eth0", PEER_MAC);
                host.createVeth("v2", bridge, 77, 1500, namespace.netns(), "eth1", MAC);

                assertThat(host.deleteGroup(77)).isTrue();
                assertThat(host.deleteGroup(77)).isFalse();
                assertThat(host.find("v1")).isEmpty();
                assertThat(namespace.links().find("eth1")).isEmpty();
                assertThat(host.find("test0")).hasValue(bridge);
            }
        });
    }

    @Test
    void refusalsCarryTheKernelsNumberAndWhatWasTried() throws Exception {
        OwnNetwork.run(() -> {
            try (Links host = Links.ofHost()) {
                host.createBridge("test0", MAC, 1500);
                assertThatThrownBy(() -> host.createBridge("test0", MAC, 1500)).isInstanceOfSatisfying(NativeException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(Errno.EEXIST)).hasMessageContaining("create bridge");
                assertThatThrownBy(() -> host.createBridge("a-name-that-is-too-long", MAC, 1500))
                        .isInstanceOfSatisfying(NativeException.class, refused -> assertThat(refused.errno()).isEqualTo(Errno.EINVAL));
                assertThat(host.find("none0")).isEmpty();
            }
        });
    }

    @Test
    void listsGrowBeyondOneAnswer() throws Exception {
        OwnNetwork.run(() -> {
            try (Links host = Links.ofHost()) {
                for (int i = 0; i < 300; i++) {
                    host.createBridge("b" + i, new byte[] {2, 0, 0, 0, (byte) (i >> 8), (byte) i}, 1500);
                }
                assertThat(host.list()).extracting(Links.Link::name).contains("b0", "b299");
            }
        });
    }

    private static String setting(String name) throws Exception {
        // The kernel shows each thread the settings of its own namespace here, and a setting whole in the first read only.
        try (var file = new FileInputStream("/proc/sys/net/" + name)) {
            return new String(file.readNBytes(4096), StandardCharsets.US_ASCII).strip();
        }
    }
}
