package io.berth.network;

import io.berth.error.InvalidArgumentException;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the network module.
 *
 * @param pool where subnets come from: ranges, each cut into subnets of the size behind its colon ({@code 10.80.0.0/14:20}); without
 *     one into /20, or whole when it is smaller. A bridge takes the first subnet that overlaps no other network, address or route.
 * @param prepared how many sandboxes are kept ready for the default bridge, so that a start does not wait for the kernel to make one;
 *     0 to 64
 * @param portsPerBridge how many ports a bridge is given before its network gets another one; 4 to 1000, the kernel's own limit is 1,023
 * @param publishAddress the host's address that ports are published on when neither the container nor its network names one; empty for
 *     all, as Docker does
 */
@ConfigurationProperties("berth.network")
public record NetworkProperties(
        @DefaultValue({"172.17.0.0/16", "172.18.0.0/15", "172.20.0.0/14", "172.24.0.0/13", "192.168.0.0/16"}) List<String> pool,
        @DefaultValue("3") int prepared, @DefaultValue("1000") int portsPerBridge, @DefaultValue("") String publishAddress) {

    private static final int MAX_PREPARED = 64;
    private static final int MIN_PORTS = 4;
    private static final int MAX_PORTS = 1000;

    public NetworkProperties {
        pool = List.copyOf(pool);
        pool.forEach(PoolRange::parse);
        if (pool.isEmpty()) {
            throw new InvalidArgumentException("berth.network.pool is empty");
        }
        if (!publishAddress.isEmpty()) {
            requireAddress(publishAddress);
        }
        if (portsPerBridge < MIN_PORTS || portsPerBridge > MAX_PORTS) {
            throw new InvalidArgumentException("berth.network.ports-per-bridge is not between " + MIN_PORTS + " and " + MAX_PORTS + ": " + portsPerBridge);
        }
        if (prepared < 0 || prepared > MAX_PREPARED) {
            throw new InvalidArgumentException("berth.network.prepared is not between 0 and " + MAX_PREPARED + ": " + prepared);
        }
    }

    private static void requireAddress(String text) {
        try {
            InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException malformed) {
            throw new InvalidArgumentException("berth.network.publish-address is not an IP address: " + text, malformed);
        }
    }

    List<PoolRange> ranges() {
        return pool.stream().map(PoolRange::parse).toList();
    }

    /** A range of the pool and the length of the prefixes it is cut into. */
    record PoolRange(Subnet range, int subnetPrefixLength) {

        private static final int DEFAULT_PREFIX_LENGTH = 20;
        private static final int LONGEST_PREFIX = 29;

        PoolRange {
            if (subnetPrefixLength < range.prefixLength() || subnetPrefixLength > LONGEST_PREFIX) {
                throw new InvalidArgumentException("berth.network.pool: " + range + " cannot be cut into subnets of /"
                        + subnetPrefixLength);
            }
        }

        static PoolRange parse(String text) {
            int colon = text.indexOf(':');
            Subnet range = Subnet.parse((colon < 0 ? text : text.substring(0, colon)).strip());
            return new PoolRange(range, colon < 0 ? Math.max(range.prefixLength(), DEFAULT_PREFIX_LENGTH)
                    : length(text.substring(colon + 1).strip(), text));
        }

        long count() {
            return 1L << (subnetPrefixLength - range.prefixLength());
        }

        Subnet subnet(long index) {
            return new Subnet(range.at(index << (32 - subnetPrefixLength)), subnetPrefixLength);
        }

        private static int length(String digits, @Nullable String whole) {
            try {
                return Integer.parseInt(digits);
            } catch (NumberFormatException malformed) {
                throw new InvalidArgumentException("berth.network.pool: invalid range " + whole, malformed);
            }
        }
    }
}
