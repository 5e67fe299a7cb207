package io.berth.image.registry;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * Where a registry may send us: to the public network, and to the kind of address that it has itself. A registry on the Internet that
 * names a host of our own network, in a redirect or as the place where tokens are given, gets no connection there.
 */
final class AddressRule {

    /** Kinds of addresses that are of nobody on the Internet (RFC 6890). */
    enum Kind {
        LOOPBACK, LINK_LOCAL, PRIVATE, UNUSABLE, PUBLIC;

        static Kind of(InetAddress address) {
            byte[] bytes = address.getAddress();
            if (address.isAnyLocalAddress() || address.isMulticastAddress() || isReserved(bytes)) {
                return UNUSABLE;
            }
            if (address.isLoopbackAddress()) {
                return LOOPBACK;
            }
            if (address.isLinkLocalAddress()) {
                return LINK_LOCAL;
            }
            boolean isUniqueLocal = address instanceof Inet6Address && (bytes[0] & 0xfe) == 0xfc;
            return address.isSiteLocalAddress() || isUniqueLocal || isShared(bytes) ? PRIVATE : PUBLIC;
        }

        /** 0.0.0.0/8 and 240.0.0.0/4. */
        private static boolean isReserved(byte[] bytes) {
            return bytes.length == 4 && (bytes[0] == 0 || (bytes[0] & 0xf0) == 0xf0);
        }

        /** 100.64.0.0/10, between providers and their customers. */
        private static boolean isShared(byte[] bytes) {
            return bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
        }
    }

    private final Set<Kind> allowed = EnumSet.of(Kind.PUBLIC);

    /** The registry itself was found there. */
    synchronized void registryIsAt(InetAddress... addresses) {
        Arrays.stream(addresses).map(Kind::of).filter(kind -> kind == Kind.LOOPBACK || kind == Kind.PRIVATE).forEach(allowed::add);
    }

    /** Those of another host's addresses to which a connection may be made. */
    synchronized InetAddress[] allowed(Collection<InetAddress> addresses) {
        return addresses.stream().filter(address -> allowed.contains(Kind.of(address))).toArray(InetAddress[]::new);
    }
}
