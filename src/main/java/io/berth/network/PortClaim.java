package io.berth.network;

import io.berth.error.InternalException;
import io.berth.ffi.Errno;
import io.berth.ffi.Fd;
import io.berth.ffi.NativeException;
import io.berth.ffi.PortHolder;
import io.berth.ffi.TcpRelay;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports that are being claimed for one container: sockets that hold IPv4 ports, listeners that serve IPv6 ones, rules still to be made.
 * Used by one thread; all of it can be undone.
 */
final class PortClaim {

    private final TcpRelay relay;
    private final Inet4Address container;
    private final List<PortBinding> bindings = new ArrayList<>();
    private final List<Firewall.Forward> forwards = new ArrayList<>();
    private final List<TcpRelay.Listener> listeners = new ArrayList<>();
    private final List<Fd> held = new ArrayList<>();

    PortClaim(TcpRelay relay, Inet4Address container) {
        this.relay = relay;
        this.container = container;
    }

    /**
     * Claims a port on one address.
     *
     * @param port 0 for any free one
     * @return the port
     * @throws TakenException somebody has it
     */
    int add(PortSpec spec, InetAddress host, int port) {
        try {
            int claimed = switch (host) {
                case Inet4Address four -> hold(spec, four, port);
                case Inet6Address six -> listen(spec, six, port);
                default -> throw new IllegalStateException("neither IPv4 nor IPv6: " + host);
            };
            bindings.add(new PortBinding(spec.protocol(), spec.containerPort(), IpText.of(host), claimed));
            return claimed;
        } catch (NativeException refused) {
            String what = "failed to bind host port for %s:%s:%d/%s: ".formatted(IpText.of(host, port), container.getHostAddress(),
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
        listeners.forEach(TcpRelay.Listener::close);
        held.forEach(Fd::close);
    }

    List<PortBinding> bindings() {
        return List.copyOf(bindings);
    }

    List<Firewall.Forward> forwards() {
        return List.copyOf(forwards);
    }

    List<TcpRelay.Listener> listeners() {
        return List.copyOf(listeners);
    }

    List<Fd> held() {
        return List.copyOf(held);
    }

    private int hold(PortSpec spec, Inet4Address host, int port) {
        Fd socket = PortHolder.hold(host, spec.protocol() == Protocol.TCP, port);
        held.add(socket);
        int claimed = port == 0 ? PortHolder.portOf(socket) : port;
        forwards.add(new Firewall.Forward(spec.protocol(), host, claimed, container, spec.containerPort()));
        return claimed;
    }

    /** The listening socket holds the port by itself. */
    private int listen(PortSpec spec, Inet6Address host, int port) {
        int wanted = port == 0 ? freePort(host) : port;
        listeners.add(relay.listen(host, wanted, container, spec.containerPort()));
        return wanted;
    }

    private static int freePort(Inet6Address host) {
        try (Fd socket = PortHolder.hold(host, true, 0)) {
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
