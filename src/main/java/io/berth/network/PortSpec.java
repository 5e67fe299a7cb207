package io.berth.network;

import io.berth.error.InvalidArgumentException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A port to be published, as asked.
 *
 * @param protocol the transport
 * @param containerPort the port inside
 * @param hostIp the host's address it is published on, as text; empty for all addresses of both families
 * @param firstHostPort the first port of the range to choose from; 0 for one of the ephemeral ports
 * @param lastHostPort the last port of that range, inclusive
 */
public record PortSpec(Protocol protocol, int containerPort, String hostIp, int firstHostPort, int lastHostPort) {

    public PortSpec {
        if (containerPort < 1 || containerPort > 65535) {
            throw new InvalidArgumentException("invalid container port: " + containerPort);
        }
        boolean ephemeral = firstHostPort == 0 && lastHostPort == 0;
        if (!ephemeral && (firstHostPort < 1 || lastHostPort > 65535 || firstHostPort > lastHostPort)) {
            throw new InvalidArgumentException("invalid host port range: " + firstHostPort + "-" + lastHostPort);
        }
        if (!hostIp.isEmpty()) {
            literal(hostIp);
        }
    }

    /**
     * Reads one entry of {@code HostConfig.PortBindings}.
     *
     * @param containerPort {@code 80/tcp}, {@code 53/udp} or {@code 80}
     * @param hostIp an address or empty
     * @param hostPort {@code 8080}, a range {@code 8000-8010}, {@code 0} or empty
     */
    public static PortSpec parse(String containerPort, String hostIp, String hostPort) {
        int slash = containerPort.indexOf('/');
        Protocol protocol = slash < 0 ? Protocol.TCP : Protocol.parse(containerPort.substring(slash + 1));
        int inside = number(slash < 0 ? containerPort : containerPort.substring(0, slash), "container port");
        if (hostPort.isEmpty()) {
            return new PortSpec(protocol, inside, hostIp, 0, 0);
        }
        int dash = hostPort.indexOf('-');
        int first = number(dash < 0 ? hostPort : hostPort.substring(0, dash), "host port");
        int last = dash < 0 ? first : number(hostPort.substring(dash + 1), "host port");
        return new PortSpec(protocol, inside, hostIp, first, last);
    }

    /** As it is, or on this address of the host when none was asked for. @param address empty for all */
    PortSpec orOn(String address) {
        return hostIp.isEmpty() ? new PortSpec(protocol, containerPort, address, firstHostPort, lastHostPort) : this;
    }

    /** The address asked for; null for all. */
    @Nullable InetAddress hostAddress() {
        return hostIp.isEmpty() ? null : literal(hostIp);
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException malformed) {
            throw new InvalidArgumentException("invalid IP address: " + text, malformed);
        }
    }

    private static int number(String text, String what) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException malformed) {
            throw new InvalidArgumentException("invalid " + what + ": " + text, malformed);
        }
    }
}
