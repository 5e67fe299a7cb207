package io.berth.image.registry;

import java.net.URI;
import java.util.Locale;

/** Scheme, host and port of a URI (RFC 6454): what credentials belong to. */
record Origin(String scheme, String host, int port) {

    static Origin of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        int standard = scheme.equals("https") ? 443 : 80;
        return new Origin(scheme, host, uri.getPort() < 0 ? standard : uri.getPort());
    }

    /** Host and port without scheme, as {@code host:port}. */
    String authority() {
        return host + ":" + port;
    }
}
