package io.berth.network;

import io.berth.error.InvalidArgumentException;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the network module.
 *
 * @param pool where subnets come from: ranges, each cut into subnets of the size behind its colon ({@code 10.80.0.0/14:20}); without
 *     one into /20, of IPv6 into /64, or whole when it is smaller. A network takes the first subnet that overlaps no other network,
 *     address or route. Without a range of IPv6 such subnets come from one that is this instance's ({@link UniqueLocalRange})
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
        if (pool.stream().map(PoolRange::parse).allMatch(range -> range.range().isIpv6())) {
            throw new InvalidArgumentException("berth.network.pool has no range of IPv4 addresses");
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

    /** @param ipv6 where IPv6 subnets come from when there is no range for them */
    List<PoolRange> ranges(PoolRange ipv6) {
        List<PoolRange> ranges = pool.stream().map(PoolRange::parse).toList();
        return ranges.stream().anyMatch(range -> range.range().isIpv6()) ? ranges : Stream.concat(ranges.stream(), Stream.of(ipv6)).toList();
    }

    /** A range of the pool and the length of the prefixes it is cut into. */
    record PoolRange(Subnet range, int subnetPrefixLength) {

        private static final int DEFAULT_PREFIX_LENGTH = 20;
        private static final int DEFAULT_PREFIX_LENGTH_6 = 64;
        private static final int FEWEST_HOST_BITS = 3;

        PoolRange {
            if (subnetPrefixLength < range.prefixLength() || subnetPrefixLength > range.bits() - FEWEST_HOST_BITS) {
                throw new InvalidArgumentException("berth.network.pool: " + range + " cannot be cut into subnets of /"
                        + subnetPrefixLength);
            }
        }

        static PoolRange parse(String text) {
            int size = text.indexOf(':', Math.max(0, text.indexOf('/')));
            Subnet range = Subnet.parse((size < 0 ? text : text.substring(0, size)).strip());
            int usual = range.isIpv6() ? DEFAULT_PREFIX_LENGTH_6 : DEFAULT_PREFIX_LENGTH;
            return new PoolRange(range, size < 0 ? Math.max(range.prefixLength(), usual) : length(text.substring(size + 1).strip(), text));
        }

        long count() {
            return 1L << Math.min(subnetPrefixLength - range.prefixLength(), Long.SIZE - 2);
        }

        Subnet subnet(long index) {
            return range.part(index, subnetPrefixLength);
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
