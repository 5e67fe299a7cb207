package io.berth.network;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import java.util.stream.Collectors;

/** The text of a container's {@code /etc/hosts}. */
public final class HostsFile {

    private static final List<Line> LOOPBACK = List.of(
            new Line("127.0.0.1", List.of("localhost")),
            new Line("::1", List.of("localhost", "ip6-localhost", "ip6-loopback")),
            new Line("fe00::", List.of("ip6-localnet")),
            new Line("ff00::", List.of("ip6-mcastprefix")),
            new Line("ff02::1", List.of("ip6-allnodes")),
            new Line("ff02::2", List.of("ip6-allrouters")));

    /**
     * A line of the file.
     *
     * @param address an IP address as text
     * @param names at least one name
     */
    public record Line(String address, List<String> names) {

        /** Neither may hold white space or control characters: they would make lines of their own. */
        public Line {
            names = List.copyOf(names);
            checked(address);
            names.forEach(Line::checked);
            if (names.isEmpty()) {
                throw new InvalidArgumentException("a host entry without a name: " + address);
            }
        }

        private static void checked(String text) {
            if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c == '#' || Character.isISOControl(c))) {
                throw new InvalidArgumentException("invalid host entry: " + text);
            }
        }

        private String text() {
            return address + "\t" + String.join(" ", names) + "\n";
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
        var text = new StringBuilder();
        LOOPBACK.forEach(line -> text.append(line.text()));
        extra.forEach(line -> text.append(line.text()));
        own.forEach(line -> text.append(line.text()));
        return text.toString();
    }

    /** The text with another address in the lines whose first name is this one. */
    public static String withAddress(String text, String name, String address) {
        return text.lines().map(line -> isOf(line, name) ? address + line.substring(line.indexOf('\t')) : line)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** The text without the lines of an address, as they are written here. */
    public static String withoutAddress(String text, String address) {
        return text.lines().filter(line -> !line.startsWith(address + "\t")).map(line -> line + "\n").collect(Collectors.joining());
    }

    /** The text without the lines whose first name is this one. */
    public static String without(String text, String name) {
        return text.lines().filter(line -> !isOf(line, name)).map(line -> line + "\n").collect(Collectors.joining());
    }

    /** Only lines as they are written here: what the container has written itself is its own. */
    private static boolean isOf(String line, String name) {
        int tab = line.indexOf('\t');
        return tab > 0 && line.charAt(0) != '#' && line.substring(tab + 1).split("\\s", 2)[0].equals(name);
    }

    /** A file with further lines at its end; also the host's own for {@code --network host}. */
    public static String with(String file, List<Line> more) {
        var text = new StringBuilder(file);
        if (!more.isEmpty() && !file.isEmpty() && !file.endsWith("\n")) {
            text.append('\n');
        }
        more.forEach(line -> text.append(line.text()));
        return text.toString();
    }
}
