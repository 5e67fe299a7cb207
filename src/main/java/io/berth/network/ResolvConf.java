package io.berth.network;

import java.util.List;

/**
 * The content of a {@code resolv.conf}.
 *
 * @param servers name servers as IP literals, in order
 * @param search search domains
 * @param options resolver options
 */
public record ResolvConf(List<String> servers, List<String> search, List<String> options) {

    public ResolvConf {
        servers = List.copyOf(servers);
        search = List.copyOf(search);
        options = List.copyOf(options);
    }

    /** Reads the host's file: that of systemd-resolved's uplinks where {@code /etc/resolv.conf} names only its local stub. */
    public static ResolvConf ofHost() {
        throw new UnsupportedOperationException();
    }

    /** Reads a text; the last {@code search} or {@code domain} line wins, as in the C library. */
    public static ResolvConf parse(String text) {
        throw new UnsupportedOperationException();
    }

    /**
     * The content for a container: what was asked for wins over this file's lines, list by list. A search list of {@code .} means none.
     */
    public ResolvConf overriddenBy(List<String> dns, List<String> dnsSearch, List<String> dnsOptions) {
        throw new UnsupportedOperationException();
    }

    /**
     * Without servers that only the host itself can reach (loopback ones); when none is left, public ones take their place. Of use for
     * containers with a sandbox of their own.
     */
    public ResolvConf withoutLoopback() {
        throw new UnsupportedOperationException();
    }

    /** The text of the file. */
    public String text() {
        throw new UnsupportedOperationException();
    }
}
