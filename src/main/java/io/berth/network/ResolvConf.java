package io.berth.network;

import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The content of a {@code resolv.conf}; see resolv.conf(5).
 *
 * @param servers name servers as IP literals, in order
 * @param search search domains
 * @param options resolver options
 */
public record ResolvConf(List<String> servers, List<String> search, List<String> options) {

    private static final Path HOST_FILE = Path.of("/etc/resolv.conf");
    /** The servers behind the stub that systemd-resolved puts into the host's file. */
    private static final Path UPLINKS_FILE = Path.of("/run/systemd/resolve/resolv.conf");
    private static final String RESOLVED_STUB = "127.0.0.53";
    /** What Docker falls back to. */
    private static final List<String> PUBLIC_SERVERS = List.of("8.8.8.8", "8.8.4.4");
    private static final String NO_SEARCH = ".";

    public ResolvConf {
        servers = List.copyOf(servers);
        search = List.copyOf(search);
        options = List.copyOf(options);
        for (List<String> words : List.of(servers, search, options)) {
            words.forEach(ResolvConf::checked);
        }
    }

    /** Reads the host's file: that of systemd-resolved's uplinks where {@code /etc/resolv.conf} names only its local stub. */
    public static ResolvConf ofHost() {
        ResolvConf host = read(HOST_FILE);
        return host.servers.equals(List.of(RESOLVED_STUB)) && Files.isReadable(UPLINKS_FILE) ? read(UPLINKS_FILE) : host;
    }

    /** Reads a text; the last {@code search} or {@code domain} line wins, as in the C library. */
    public static ResolvConf parse(String text) {
        var servers = new ArrayList<String>();
        var options = new ArrayList<String>();
        List<String> search = List.of();
        for (String line : text.lines().toList()) {
            String[] words = line.strip().split("\\s+");
            List<String> values = List.of(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" -> values.stream().limit(1).forEach(servers::add);
                case "search" -> search = values;
                case "domain" -> search = values.stream().limit(1).toList();
                case "options" -> options.addAll(values);
                default -> { } // comments, and what only the host's own resolver understands
            }
        }
        return new ResolvConf(servers, search, options);
    }

    /**
     * The content for a container: what was asked for wins over this file's lines, list by list. A search list of {@code .} means none.
     *
     * @throws InvalidArgumentException a server is not an address, or a word holds white space
     */
    public ResolvConf overriddenBy(List<String> dns, List<String> dnsSearch, List<String> dnsOptions) {
        dns.forEach(ResolvConf::checkedAddress);
        List<String> asked = dnsSearch.equals(List.of(NO_SEARCH)) ? List.of() : dnsSearch;
        return new ResolvConf(dns.isEmpty() ? servers : dns, dnsSearch.isEmpty() ? search : asked,
                dnsOptions.isEmpty() ? options : dnsOptions);
    }

    /**
     * Without servers that only the host itself can reach (loopback ones); when none is left, public ones take their place. Of use for
     * containers with a sandbox of their own.
     */
    public ResolvConf withoutLoopback() {
        List<String> reachable = servers.stream().filter(server -> !isLoopback(server)).toList();
        return new ResolvConf(reachable.isEmpty() ? PUBLIC_SERVERS : reachable, search, options);
    }

    /** With one server in the place of all: it asks the others. Names without a dot may be those of containers: they are asked as they are. */
    public ResolvConf behind(String server) {
        var more = new ArrayList<>(options);
        if (options.stream().noneMatch(option -> option.startsWith("ndots:"))) {
            more.add("ndots:0");
        }
        return new ResolvConf(List.of(server), search, more);
    }

    /** The text of the file. */
    public String text() {
        var text = new StringBuilder();
        servers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!search.isEmpty()) {
            text.append("search ").append(String.join(" ", search)).append('\n');
        }
        if (!options.isEmpty()) {
            text.append("options ").append(String.join(" ", options)).append('\n');
        }
        return text.toString();
    }

    private static ResolvConf read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (NoSuchFileException missing) {
            return new ResolvConf(List.of(), List.of(), List.of());
        } catch (IOException failed) {
            throw new InternalException("read " + file + ": " + failed.getMessage(), failed);
        }
    }

    private static boolean isLoopback(String server) {
        try {
            return InetAddress.ofLiteral(server).isLoopbackAddress();
        } catch (IllegalArgumentException scoped) {
            return false;
        }
    }

    private static void checkedAddress(String server) {
        try {
            InetAddress.ofLiteral(server);
        } catch (IllegalArgumentException malformed) {
            throw new InvalidArgumentException("invalid DNS server address: " + server, malformed);
        }
    }

    private static void checked(String word) {
        if (word.isEmpty() || word.chars().anyMatch(c -> c <= ' ' || Character.isISOControl(c))) {
            throw new InvalidArgumentException("invalid word for resolv.conf: " + word);
        }
    }
}
