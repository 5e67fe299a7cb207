package io.berth.network;

import java.util.List;

/**
 * The text of a container's {@code /etc/hosts}.
 */
public final class HostsFile {

    /**
     * A line of the file.
     *
     * @param address an IP address as text
     * @param names at least one name
     */
    public record Line(String address, List<String> names) {
        public Line {
            names = List.copyOf(names);
        }
    }

    private HostsFile() {}

    /**
     * The file of a container with a sandbox of its own: loopback lines, extra hosts, then its own addresses.
     *
     * @param own the container's addresses with its hostname (first with the domain, if there is one)
     * @param extra {@code --add-host} in the order given, {@code host-gateway} resolved
     */
    public static String text(List<Line> own, List<Line> extra) {
        throw new UnsupportedOperationException();
    }

    /** The host's own file with the extra lines appended: for {@code --network host}. */
    public static String ofHost(String hostText, List<Line> extra) {
        throw new UnsupportedOperationException();
    }
}
