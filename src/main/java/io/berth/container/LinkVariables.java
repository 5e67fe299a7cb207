package io.berth.container;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The variables by which a container is told of another one that it is linked to. */
final class LinkVariables {

    private record Port(int number, String protocol) {

        static Port parse(String text) {
            int slash = text.indexOf('/');
            return new Port(Integer.parseInt(slash < 0 ? text : text.substring(0, slash)), slash < 0 ? "tcp" : text.substring(slash + 1));
        }

        boolean follows(Port other) {
            return number == other.number + 1 && protocol.equals(other.protocol);
        }
    }

    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}(/[a-z]+)?");
    private static final Comparator<Port> ORDER = Comparator.<Port, Boolean>comparing(port -> !port.protocol.equals("tcp"))
            .thenComparing(Port::protocol).thenComparing(Port::number);

    private final String prefix;
    private final String address;
    private final List<String> lines = new ArrayList<>();

    private LinkVariables(String alias, String address) {
        this.prefix = alias.toUpperCase(Locale.ROOT).replace('-', '_');
        this.address = address;
    }

    /**
     * All variables of a link, {@code NAME=VALUE}.
     *
     * @param parent the name of the container that is told
     * @param address of the other container, which {@code config} is of
     */
    static List<String> of(String parent, String alias, String address, ContainerConfig config) {
        var variables = new LinkVariables(alias, address);
        if (config.exposedPorts() != null) {
            variables.ports(config.exposedPorts().keySet().stream().filter(port -> PORT.matcher(port).matches()).map(Port::parse).sorted(ORDER).toList());
        }
        variables.lines.add(variables.prefix + "_NAME=/" + parent + "/" + alias);
        variables.environment(config.env());
        return variables.lines;
    }

    private void ports(List<Port> ports) {
        if (!ports.isEmpty()) {
            lines.add(prefix + "_PORT=" + url(ports.getFirst()));
        }
        int start = 0;
        for (int i = 0; i < ports.size(); i++) {
            var name = name(ports.get(i));
            lines.add(name + "=" + url(ports.get(i)));
            lines.add(name + "_ADDR=" + address);
            lines.add(name + "_PORT=" + ports.get(i).number);
            lines.add(name + "_PROTO=" + ports.get(i).protocol);
            if (i + 1 == ports.size() || !ports.get(i + 1).follows(ports.get(i))) {
                range(ports.get(start), ports.get(i));
                start = i + 1;
            }
        }
    }

    /** Numbers that follow one another are told as one range, too. */
    private void range(Port first, Port last) {
        if (first.equals(last)) {
            return;
        }
        var name = name(first);
        lines.add(name + "_START=" + url(first));
        lines.add(name + "_PORT_START=" + first.number);
        lines.add(name + "_END=" + url(last));
        lines.add(name + "_PORT_END=" + last.number);
    }

    private void environment(@Nullable List<String> environment) {
        if (environment != null) {
            environment.stream().filter(line -> !line.startsWith("PATH=") && !line.startsWith("HOME="))
                    .forEach(line -> lines.add(prefix + "_ENV_" + line));
        }
    }

    private String name(Port port) {
        return prefix + "_PORT_" + port.number + "_" + port.protocol.toUpperCase(Locale.ROOT);
    }

    private String url(Port port) {
        return port.protocol + "://" + address + ":" + port.number;
    }
}
