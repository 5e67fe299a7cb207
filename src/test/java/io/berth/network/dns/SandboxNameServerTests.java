package io.berth.network.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.UnavailableException;
import io.berth.ffi.Links;
import io.berth.ffi.OwnNetwork;
import io.berth.ffi.ProcessNamespace;
import io.berth.instance.IdMap;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Type;

/** Against the kernel: a host and containers of the test. */
@Tag("privileged")
class SandboxNameServerTests {

    private static final InetSocketAddress SERVER = new InetSocketAddress(NameServer.ADDRESS, 53);
    private static final FakeUpstream.Behaviour OF_HOST = (query, overTcp) -> List.of(FakeUpstream.found(query, "192.0.2.1").toWire());
    private static final FakeUpstream.Behaviour OF_CONTAINER =
            (query, overTcp) -> List.of(FakeUpstream.found(query, "192.0.2.2").toWire());

    @Test
    void itAnswersAtPort53OverUdpAndTcpInsideAlone() throws Exception {
        OwnNetwork.run(() -> {
            try (var host = new FakeUpstream(OF_HOST); var dns = new NameServer("test-dns", () -> List.of(host.address()));
                    var container = Links.createNamespace()) {
                dns.serve("web", container.netns(), TableDirectory.of("db", "10.9.0.3"));
                OwnNetwork.in(container.netns(), () -> {
                    assertThat(Messages.answers(Messages.overUdp(SERVER, Messages.query("db", Type.A)))).containsExactly("10.9.0.3");
                    assertThat(Messages.answers(Messages.overTcp(SERVER, Messages.query("db", Type.A)))).containsExactly("10.9.0.3");
                    // The host's loopback is no other than the container's own, seen from inside: this goes out of the host's.
                    assertThat(Messages.answers(Messages.overUdp(SERVER, Messages.query("example.org", Type.A))))
                            .containsExactly("192.0.2.1");
                    assertThat(Messages.answers(Messages.overTcp(SERVER, Messages.query("example.org", Type.A))))
                            .containsExactly("192.0.2.1");
                });
                assertThatThrownBy(() -> Messages.connect(SERVER)).isInstanceOf(ConnectException.class);
                dns.stop("web");
                OwnNetwork.in(container.netns(),
                        () -> assertThatThrownBy(() -> Messages.connect(SERVER)).isInstanceOf(ConnectException.class));
            }
        });
    }

    @Test
    void aContainerMayServePort53Itself() throws Exception {
        OwnNetwork.run(() -> {
            try (var dns = new NameServer("test-dns", List::of); var container = Links.createNamespace()) {
                dns.serve("web", container.netns(), TableDirectory.of("db", "10.9.0.3"));
                OwnNetwork.in(container.netns(), () -> {
                    try (var udp = new DatagramSocket(53, InetAddress.ofLiteral("0.0.0.0"));
                            var tcp = new ServerSocket(53, 1, InetAddress.ofLiteral("0.0.0.0"))) {
                        assertThat(udp.getLocalPort()).isEqualTo(tcp.getLocalPort());
                        assertThat(Messages.answers(Messages.overUdp(SERVER, Messages.query("db", Type.A)))).containsExactly("10.9.0.3");
                        assertThat(Messages.answers(Messages.overTcp(SERVER, Messages.query("db", Type.A)))).containsExactly("10.9.0.3");
                    }
                });
            }
        });
    }

    @Test
    void serversOfAContainerAreAskedOutOfItsNamespace() throws Exception {
        OwnNetwork.run(() -> {
            try (var host = new FakeUpstream(OF_HOST); var dns = new NameServer("test-dns", () -> List.of(host.address()));
                    var container = Links.createNamespace()) {
                var inside = new AtomicReference<FakeUpstream>();
                OwnNetwork.in(container.netns(), () -> inside.set(new FakeUpstream(OF_CONTAINER)));
                try (FakeUpstream own = inside.get()) {
                    var directory = TableDirectory.of("db", "10.9.0.3");
                    directory.servers.add(own.address());
                    dns.serve("web", container.netns(), directory);
                    OwnNetwork.in(container.netns(), () -> {
                        Message query = Messages.query("example.org", Type.A);
                        assertThat(Messages.answers(Messages.overUdp(SERVER, query))).containsExactly("192.0.2.2");
                        assertThat(Messages.answers(Messages.overTcp(SERVER, query))).containsExactly("192.0.2.2");
                    });
                    assertThat(host.udpQueries).hasValue(0);
                }
            }
        });
    }

    @Test
    void theNextEngineServesWhereOneBeforeHasGone() throws Exception {
        OwnNetwork.run(() -> {
            try (var container = Links.createNamespace()) {
                for (String address : List.of("10.9.0.3", "10.9.0.4")) {
                    try (var dns = new NameServer("test-dns", List::of)) {
                        dns.serve("web", container.netns(), TableDirectory.of("db", address));
                        OwnNetwork.in(container.netns(), () -> {
                            assertThat(Messages.answers(Messages.overUdp(SERVER, Messages.query("db", Type.A)))).containsExactly(address);
                            assertThat(Messages.answers(Messages.overTcp(SERVER, Messages.query("db", Type.A)))).containsExactly(address);
                        });
                    }
                }
            }
        });
    }

    @Test
    void containersThatAskAtTheSameAddressSeeTheirOwnNames() throws Exception {
        OwnNetwork.run(() -> {
            try (var dns = new NameServer("test-dns", List::of); var one = Links.createNamespace(); var two = Links.createNamespace()) {
                dns.serve("one", one.netns(), TableDirectory.of("db", "10.9.0.3"));
                dns.serve("two", two.netns(), TableDirectory.of("db", "10.10.0.3"));
                OwnNetwork.in(one.netns(), () -> assertThat(Messages.answers(Messages.overUdp(SERVER, Messages.query("db", Type.A))))
                        .containsExactly("10.9.0.3"));
                OwnNetwork.in(two.netns(), () -> assertThat(Messages.answers(Messages.overUdp(SERVER, Messages.query("db", Type.A))))
                        .containsExactly("10.10.0.3"));
            }
        });
    }

    @Test
    void withoutARedirectPort53ItselfServes() throws Exception {
        OwnNetwork.run(() -> {
            try (var dns = new NameServer("test-dns", List::of); var container = Links.createNamespace()) {
                var sockets = new AtomicReference<SandboxSockets>();
                OwnNetwork.in(container.netns(), () -> sockets.set(SandboxSockets.bound(53)));
                dns.serve("web", Place.HERE, sockets.get(), TableDirectory.of("db", "10.9.0.3"));
                OwnNetwork.in(container.netns(), () -> {
                    assertThat(Messages.answers(Messages.overUdp(SERVER, Messages.query("db", Type.A)))).containsExactly("10.9.0.3");
                    assertThat(Messages.answers(Messages.overTcp(SERVER, Messages.query("db", Type.A)))).containsExactly("10.9.0.3");
                });
            }
        });
    }

    @Test
    void aSandboxOfAUserNamespaceIsServedToo() throws Exception {
        OwnNetwork.run(() -> {
            var ids = new IdMap(List.of(new IdMap.Range(0, 231072, 65536)), List.of(new IdMap.Range(0, 231072, 65536)));
            try (var dns = new NameServer("test-dns", List::of); var container = Links.createNamespace(ids)) {
                dns.serve("web", container.netns(), TableDirectory.of("db", "10.9.0.3"));
                OwnNetwork.in(container.netns(), () -> assertThat(
                        Messages.answers(Messages.overUdp(SERVER, Messages.query("db", Type.A)))).containsExactly("10.9.0.3"));
            }
        });
    }

    @Test
    void aNamespaceThatIsNoneIsRefused() throws Exception {
        OwnNetwork.run(() -> {
            try (var dns = new NameServer("test-dns", List::of); var file = ProcessNamespace.MOUNT.of((int) ProcessHandle.current().pid())) {
                assertThatThrownBy(() -> dns.serve("web", file, TableDirectory.of("db", "10.9.0.3")))
                        .isInstanceOf(UnavailableException.class).hasMessageContaining("web");
            }
        });
    }
}
