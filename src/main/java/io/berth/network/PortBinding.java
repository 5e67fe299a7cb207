package io.berth.network;

/**
 * A port that is published.
 *
 * @param protocol the transport
 * @param containerPort the port inside
 * @param hostIp the host's address in canonical text: {@code 0.0.0.0}, {@code 127.0.0.1}, {@code ::}, {@code ::1}
 * @param hostPort the port on the host, never 0
 */
public record PortBinding(Protocol protocol, int containerPort, String hostIp, int hostPort) {

    /** The key of {@code NetworkSettings.Ports}: {@code 80/tcp}. */
    public String containerKey() {
        return containerPort + "/" + protocol;
    }

    /** Whether it is served on an IPv6 address. */
    public boolean isIpv6() {
        return hostIp.indexOf(':') >= 0;
    }
}
