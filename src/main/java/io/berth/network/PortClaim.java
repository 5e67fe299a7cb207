package io.berth.network;

import io.berth.error.InternalException;
import io.berth.ffi.Errno;
import io.berth.ffi.Fd;
import io.berth.ffi.NativeException;
import io.berth.ffi.PortHolder;
import io.berth.ffi.PortRelay;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ports that are being claimed for one container: sockets that hold ports, listeners that serve those of IPv6, rules still to be made.
 * Used by one thread; all of it can be undone.
 */
final class PortClaim {

    private final PortRelay relay;
    private final Destination container;
    private final List<PortBinding> bindings = new ArrayList<>();
    private final List<Firewall.Forward> forwards = new ArrayList<>();
    private final List<PortRelay.Listener> listeners = new ArrayList<>();
    private final List<Fd> held = new ArrayList<>();

    /**
     * Where the ports of a container lead: to one address at least.
     *
     * @param ipv4 its address; null where it has none that is reached from outside
     * @param ipv6 its IPv6 address; null likewise
     */
    record Destination(@Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6) {

        /** What the relay connects to. */
        InetAddress relayed() {
            return ipv4 == null ? Objects.requireNonNull(ipv6) : ipv4;
        }
    }

    PortClaim(PortRelay relay, Destination container) {
        this.relay = relay;
        this.container = container;
    }

    /**
     * Claims a port on one address.
     *
     * @param port 0 for any free one, of SCTP never
     * @return the port
     * @throws TakenException somebody has it
     */
    int add(PortSpec spec, InetAddress host, int port) {
        try {
            int claimed = switch (host) {
                case Inet4Address four -> hold(spec, four, port);
                case Inet6Address six -> spec.protocol().isRelayed() ? listen(spec, six, port) : hold(spec, six, port);
                default -> throw new IllegalStateException("neither IPv4 nor IPv6: " + host);
            };
            bindings.add(new PortBinding(spec.protocol(), spec.containerPort(), IpText.of(host), claimed));
            return claimed;
        } catch (NativeException refused) {
            String what = "failed to bind host port for %s:%s:%d/%s: ".formatted(IpText.of(host, port), addressFor(host),
                    spec.containerPort(), spec.protocol());
            throw switch (refused.errno()) {
                case Errno.EADDRINUSE -> new TakenException(what + "address already in use", refused);
                case Errno.EADDRNOTAVAIL -> new InternalException(what + "cannot assign requested address", refused);
                default -> refused;
            };
        }
    }

    /** Takes everything of another claim over. */
    void addAll(PortClaim other) {
        bindings.addAll(other.bindings);
        forwards.addAll(other.forwards);
        listeners.addAll(other.listeners);
        held.addAll(other.held);
    }

    /** Gives everything back. */
    void undo() {
        listeners.forEach(PortRelay.Listener::close);
        held.forEach(Fd::close);
    }

    List<PortBinding> bindings() {
        return List.copyOf(bindings);
    }

    List<Firewall.Forward> forwards() {
        return List.copyOf(forwards);
    }

    List<PortRelay.Listener> listeners() {
        return List.copyOf(listeners);
    }

    List<Fd> held() {
        return List.copyOf(held);
    }

    private String addressFor(InetAddress host) {
        InetAddress address = host instanceof Inet6Address && container.ipv6() != null ? container.ipv6() : container.relayed();
        return address instanceof Inet6Address ? "[" + IpText.of(address) + "]" : IpText.of(address);
    }

    private int hold(PortSpec spec, InetAddress host, int port) {
        int claimed = port;
        if (spec.protocol() == Protocol.SCTP) {
            PortHolder.holdSctp(host, port).ifPresent(held::add);
        } else {
            Fd socket = PortHolder.hold(host, spec.protocol() == Protocol.TCP, port);
            held.add(socket);
            claimed = port == 0 ? PortHolder.portOf(socket) : port;
        }
        forwards.addAll(forwards(container, spec.protocol(), host, claimed, spec.containerPort()));
        return claimed;
    }

    /** What the firewall has to know of a port: that the relay serves it, where it leads. Of {@code ::1} it is told nothing. */
    static List<Firewall.Forward> forwards(Destination container, Protocol protocol, InetAddress host, int port, int containerPort) {
        boolean ipv6 = host instanceof Inet6Address;
        InetAddress address = ipv6 ? container.ipv6() : container.ipv4();
        var forwards = new ArrayList<Firewall.Forward>();
        if (ipv6 && host.isLoopbackAddress()) {
            return forwards;
        }
        if (ipv6 && protocol.isRelayed()) {
            forwards.add(new Firewall.Forward(protocol, host, port, null, containerPort));
        }
        if (address != null) {
            forwards.add(new Firewall.Forward(protocol, host, port, address, containerPort));
        }
        return forwards;
    }

    /** The listening socket holds the port by itself. */
    private int listen(PortSpec spec, Inet6Address host, int port) {
        boolean tcp = spec.protocol() == Protocol.TCP;
        int wanted = port == 0 ? freePort(host, tcp) : port;
        listeners.add(relay.listen(tcp, host, wanted, container.relayed(), spec.containerPort()));
        forwards.addAll(forwards(container, spec.protocol(), host, wanted, spec.containerPort()));
        return wanted;
    }

    private static int freePort(Inet6Address host, boolean tcp) {
        try (Fd socket = PortHolder.hold(host, tcp, 0)) {
            return PortHolder.portOf(socket);
        }
    }

    /** Somebody has the port; the next one may be free. */
    static final class TakenException extends RuntimeException {
        TakenException(String message) {
            super(message);
        }

        TakenException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
