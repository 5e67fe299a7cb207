package io.berth.network.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of the host's {@code resolv.conf}, loopback ones included: they are asked out of the host's namespace. The file is looked at
 * for each forwarded query and read again when it is another. Used by the name server's thread.
 */
public final class HostResolvers implements Supplier<List<InetSocketAddress>> {

    private static final Logger LOG = LoggerFactory.getLogger(HostResolvers.class);
    private static final int PORT = 53;

    private final Path file;
    private final Function<String, List<String>> parse;
    private @Nullable Object seen;
    private List<InetSocketAddress> servers = List.of();

    /**
     * Of a file.
     *
     * @param file {@code /etc/resolv.conf}
     * @param parse gives the servers in a text of that form, as IP literals in order
     */
    public HostResolvers(Path file, Function<String, List<String>> parse) {
        this.file = file;
        this.parse = parse;
    }

    /** In order; empty without a file. One that cannot be read leaves those that were known. */
    @Override
    public List<InetSocketAddress> get() {
        try {
            // Replaced by a rename or written in place: one of the three is another then.
            var now = Files.readAttributes(file, BasicFileAttributes.class);
            var state = List.of(String.valueOf(now.fileKey()), now.lastModifiedTime(), now.size());
            if (!state.equals(seen)) {
                servers = parse.apply(Files.readString(file)).stream().flatMap(HostResolvers::address).toList();
                seen = state;
            }
        } catch (NoSuchFileException missing) {
            servers = List.of();
            seen = null;
        } catch (IOException failed) {
            LOG.warn("read {}: {}", file, failed.toString());
        }
        return servers;
    }

    private static Stream<InetSocketAddress> address(String literal) {
        try {
            return Stream.of(new InetSocketAddress(InetAddress.ofLiteral(literal), PORT));
        } catch (IllegalArgumentException malformed) {
            LOG.warn("the host's resolver {} is not an address", literal);
            return Stream.empty();
        }
    }
}
