package io.berth.network;

import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
import io.berth.ffi.Fd;
import io.berth.ffi.LibNftables;
import io.berth.ffi.NativeException;
import io.berth.ffi.PortRelay;
import io.berth.network.PortClaim.Destination;
import io.berth.network.PortClaim.TakenException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The published ports of this instance. Each is reserved three times: here, so that the refusal can say whose it is; by a bound socket,
 * so that no process of the host takes it; and by an element of the firewall's map, which carries the traffic. TCP and UDP on {@code ::1}, and on
 * all IPv6 addresses for a container that has none, are carried by the relay. Safe for use by many threads.
 */
final class PortMap implements AutoCloseable {

    private static final Inet4Address ANY = (Inet4Address) InetAddress.ofLiteral("0.0.0.0");
    private static final Inet6Address ANY6 = (Inet6Address) InetAddress.ofLiteral("::");
    private static final int EPHEMERAL_ATTEMPTS = 64;
    /** The kernel's default range. */
    private static final int FIRST_EPHEMERAL = 32768;
    private static final int LAST_EPHEMERAL = 60999;
    private static final String FOLLOWS_SCTP = "netfilter/nf_conntrack_sctp_timeout_established";

    private final Firewall firewall;
    private final PortRelay relay;
    private final boolean ipv6;
    private final Map<PortKey, List<InetAddress>> taken = new HashMap<>();
    private final Map<String, Publication> publications = new HashMap<>();

    private record PortKey(Protocol protocol, int port) {}

    /** What one container has published. */
    private record Publication(List<PortBinding> bindings, List<Firewall.Forward> forwards, List<PortRelay.Listener> listeners) {}

    /**
     * Ports that were published.
     *
     * @param bindings in the order asked for
     * @param held bound sockets, owned by the caller
     */
    record Published(List<PortBinding> bindings, List<Fd> held) {}

    /**
     * Starts with nothing published.
     *
     * @param ipv6 whether the host can serve IPv6 addresses
     */
    PortMap(Firewall firewall, PortRelay relay, boolean ipv6) {
        this.firewall = firewall;
        this.relay = relay;
        this.ipv6 = ipv6;
    }

    /**
     * Publishes the ports of a container, all or none.
     *
     * @throws InternalException one cannot be had; the text is the last part of Docker's
     */
    synchronized Published publish(String containerId, List<PortSpec> specs, Destination container) {
        var claim = new PortClaim(relay, container);
        try {
            for (PortSpec spec : new LinkedHashSet<>(specs)) {
                claim.addAll(claim(spec, container));
            }
            firewall.publish(claim.forwards());
        } catch (RuntimeException refused) {
            claim.undo();
            claim.bindings().forEach(this::release);
            throw switch (refused) {
                case TakenException taken -> new InternalException(taken.getMessage(), taken);
                case LibNftables.RefusedException rules -> new InternalException(rules.alreadyExists()
                        ? "port is already allocated" : rules.getMessage(), rules);
                default -> refused;
            };
        }
        publications.put(containerId, new Publication(claim.bindings(), claim.forwards(), claim.listeners()));
        return new Published(claim.bindings(), claim.held());
    }

    /**
     * Takes over what a container published before this process was started: the sockets are held by the container's shim, the rules are
     * made by {@link #restoreForwards}. An IPv6 port that somebody has taken meanwhile is not served.
     *
     * @return the bindings that are not served
     */
    synchronized List<PortBinding> adopt(String containerId, List<PortBinding> bindings, Destination container) {
        var forwards = new ArrayList<Firewall.Forward>();
        var listeners = new ArrayList<PortRelay.Listener>();
        var lost = new ArrayList<PortBinding>();
        for (PortBinding binding : bindings) {
            InetAddress host = InetAddress.ofLiteral(binding.hostIp());
            take(binding.protocol(), binding.hostPort(), host);
            try {
                if (host instanceof Inet6Address six && binding.protocol().isRelayed()) {
                    listeners.add(relay.listen(binding.protocol() == Protocol.TCP, six, binding.hostPort(), container.relayed(), binding.containerPort()));
                }
                forwards.addAll(PortClaim.forwards(container, binding.protocol(), host, binding.hostPort(), binding.containerPort()));
            } catch (NativeException refused) {
                lost.add(binding);
            }
        }
        publications.put(containerId, new Publication(List.copyOf(bindings), List.copyOf(forwards), List.copyOf(listeners)));
        return lost;
    }

    /**
     * Has the ports of a container lead elsewhere; they stay reserved for it.
     *
     * @param container null: they lead nowhere
     * @return the bindings that are not served: an IPv6 port that somebody has taken meanwhile
     */
    synchronized List<PortBinding> move(String containerId, @Nullable Destination container) {
        Publication publication = takeBack(containerId);
        if (publication == null) {
            return List.of();
        }
        if (container != null) {
            List<PortBinding> lost = adopt(containerId, publication.bindings(), container);
            firewall.publish(publications.get(containerId).forwards());
            return lost;
        }
        publication.bindings().forEach(binding -> take(binding.protocol(), binding.hostPort(), InetAddress.ofLiteral(binding.hostIp())));
        publications.put(containerId, new Publication(publication.bindings(), List.of(), List.of()));
        return List.of();
    }

    /** Makes the firewall carry the ports known here and no others. */
    synchronized void restoreForwards() {
        firewall.replaceAll(publications.values().stream().flatMap(publication -> publication.forwards().stream()).toList());
    }

    /** Frees the ports of a container; does nothing when it has none. */
    synchronized void withdraw(String containerId) {
        takeBack(containerId);
    }

    private @Nullable Publication takeBack(String containerId) {
        Publication publication = publications.remove(containerId);
        if (publication != null) {
            publication.listeners().forEach(PortRelay.Listener::close);
            publication.bindings().forEach(this::release);
            firewall.withdraw(publication.forwards());
        }
        return publication;
    }

    /** Stops serving IPv6; what the firewall carries goes on. */
    @Override
    public synchronized void close() {
        publications.values().forEach(publication -> publication.listeners().forEach(PortRelay.Listener::close));
        relay.close();
    }

    /** Claims one port for all addresses of the spec: the same for both families. */
    private PortClaim claim(PortSpec spec, Destination container) {
        boolean ephemeral = spec.firstHostPort() == 0;
        int attempts = ephemeral ? EPHEMERAL_ATTEMPTS : spec.lastHostPort() - spec.firstHostPort() + 1;
        List<InetAddress> hosts = addressesOf(spec, container);
        TakenException last = new TakenException("all ports are allocated");
        for (int attempt = 0; attempt < attempts; attempt++) {
            try {
                return claimOnAll(spec, hosts, ephemeral ? 0 : spec.firstHostPort() + attempt, container);
            } catch (TakenException refused) {
                last = refused;
            }
        }
        throw last;
    }

    private PortClaim claimOnAll(PortSpec spec, List<InetAddress> hosts, int wanted, Destination container) {
        var claim = new PortClaim(relay, container);
        // Not every kernel has sockets of SCTP, which would choose one.
        int port = wanted == 0 && spec.protocol() == Protocol.SCTP ? ThreadLocalRandom.current().nextInt(FIRST_EPHEMERAL, LAST_EPHEMERAL + 1) : wanted;
        try {
            for (InetAddress host : hosts) {
                if (port != 0 && isTaken(spec.protocol(), port, host)) {
                    throw new TakenException("Bind for " + IpText.of(host) + ":" + port + " failed: port is already allocated");
                }
                port = claim.add(spec, host, port);
                take(spec.protocol(), port, host);
            }
            return claim;
        } catch (RuntimeException refused) {
            claim.undo();
            claim.bindings().forEach(this::release);
            throw refused;
        }
    }

    private boolean isTaken(Protocol protocol, int port, InetAddress host) {
        return taken.getOrDefault(new PortKey(protocol, port), List.of()).stream().anyMatch(other ->
                other.getClass() == host.getClass()
                        && (other.isAnyLocalAddress() || host.isAnyLocalAddress() || other.equals(host)));
    }

    private void take(Protocol protocol, int port, InetAddress host) {
        taken.computeIfAbsent(new PortKey(protocol, port), key -> new ArrayList<>()).add(host);
    }

    private void release(PortBinding binding) {
        taken.computeIfPresent(new PortKey(binding.protocol(), binding.hostPort()), (key, addresses) -> {
            addresses.remove(InetAddress.ofLiteral(binding.hostIp()));
            return addresses.isEmpty() ? null : addresses;
        });
    }

    private List<InetAddress> addressesOf(PortSpec spec, Destination container) {
        InetAddress asked = spec.hostAddress();
        if (spec.protocol() == Protocol.SCTP && !KernelSettings.has(FOLLOWS_SCTP)) {
            throw new InvalidArgumentException("cannot publish SCTP ports: the kernel of this host does not follow SCTP connections "
                    + "(CONFIG_NF_CT_PROTO_SCTP)");
        }
        boolean carried = spec.protocol().isRelayed() || container.ipv6() != null;
        if (asked instanceof Inet6Address && (!carried || !spec.protocol().isRelayed() && asked.isLoopbackAddress())) {
            throw new NotImplementedException("publishing " + spec.protocol().toString().toUpperCase(Locale.ROOT) + " ports on "
                    + (carried ? "::1" : "IPv6 addresses for a container without one") + " is not supported yet");
        }
        if (asked instanceof Inet6Address && !ipv6) {
            throw new InvalidArgumentException("cannot publish on " + spec.hostIp() + ": the host has no IPv6");
        }
        if (asked instanceof Inet4Address && container.ipv4() == null) {
            throw new InvalidArgumentException("cannot publish on " + spec.hostIp() + ": the container has no IPv4 address");
        }
        if (asked != null) {
            return List.of(asked);
        }
        if (container.ipv4() == null) {
            return List.of(ANY6);
        }
        return ipv6 && carried ? List.of(ANY, ANY6) : List.of(ANY);
    }
}
