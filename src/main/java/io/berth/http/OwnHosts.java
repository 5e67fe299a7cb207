package io.berth.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names under which this Berth may be addressed. The port is free: a tunnel may end at any. Immutable. */
final class OwnHosts {

    private final Set<String> names;

    OwnHosts(@Nullable String serverAddress, Collection<String> further) {
        var all = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
        if (serverAddress != null) {
            all.add(serverAddress.contains(":") ? "[" + serverAddress + "]" : serverAddress);
        }
        further.forEach(name -> all.add(name.toLowerCase(Locale.ROOT)));
        names = Set.copyOf(all);
    }

    /** Whether a {@code Host} header names us. */
    boolean contains(String hostHeader) {
        var authority = parse("http://" + hostHeader);
        return authority != null && authority.getUserInfo() == null && names.contains(authority.getHost().toLowerCase(Locale.ROOT));
    }

    /** Whether an {@code Origin} is the host that the request is for. The scheme is free: TLS may end in front of us. */
    static boolean sameOrigin(String origin, String hostHeader) {
        var from = parse(origin);
        if (from == null || from.getUserInfo() != null || !Set.of("http", "https").contains(from.getScheme())) {
            return false;
        }
        var to = parse(from.getScheme() + "://" + hostHeader);
        return to != null && to.getHost().equalsIgnoreCase(from.getHost()) && port(to) == port(from);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equals(uri.getScheme()) ? 443 : 80;
    }

    private static @Nullable URI parse(String text) {
        try {
            var uri = new URI(text).parseServerAuthority();
            boolean originOnly = uri.getRawPath().isEmpty() && uri.getRawQuery() == null && uri.getRawFragment() == null;
            return uri.getHost() == null || !originOnly ? null : uri;
        } catch (URISyntaxException notAnAuthority) {
            return null;
        }
    }
}
