package io.berth.engineapi;

import io.berth.container.Container;
import io.berth.container.ContainerState;
import io.berth.container.Containers;
import io.berth.container.Healths;
import io.berth.error.InvalidArgumentException;
import io.berth.image.Image;
import io.berth.image.Images;
import io.berth.network.Sandboxes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Filters of {@code ContainerList}. */
@Component
class ContainerSelection {

    private static final List<String> STATES = List.of("created", "running", "paused", "restarting", "removing", "exited", "dead");
    private static final List<String> HEALTH = List.of("none", "starting", "healthy", "unhealthy");
    private static final Set<String> NO = Set.of("0", "false", "False", "FALSE");
    private static final List<String> BOOLEAN = List.of("1", "true", "True", "TRUE", "0", "false", "False", "FALSE");
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(tcp|udp|sctp))?");
    private static final int LAST_PORT = 65535;

    private final Containers containers;
    private final Healths healths;
    private final Images images;
    private final Sandboxes sandboxes;

    ContainerSelection(Containers containers, Healths healths, Images images, Sandboxes sandboxes) {
        this.containers = containers;
        this.healths = healths;
        this.images = images;
        this.sandboxes = sandboxes;
    }

    /** The containers that fit, newest first. */
    Stream<Container> of(Filters filters) {
        check(filters);
        var before = filters.get("before").stream().map(containers::resolve).toList();
        var since = filters.get("since").stream().map(containers::resolve).toList();
        var ancestors = filters.get("ancestor").stream().flatMap(ref -> images.find(ref).stream()).toList();
        return containers.list().stream()
                .filter(container -> filters.any("id", id -> container.id().value().startsWith(id)))
                .filter(container -> filters.any("name", name -> isNamed(container, name)))
                .filter(container -> filters.labels(container.config().labels()))
                .filter(container -> filters.any("status", state -> container.state().word().equals(state)))
                .filter(container -> filters.any("exited", code -> container.state() instanceof ContainerState.Exited exited
                        && exited.code() == Integer.parseInt(code)))
                .filter(container -> !filters.has("ancestor") || ancestors.stream().anyMatch(image -> descends(container, image)))
                .filter(container -> filters.any("volume", volume -> mounts(container, volume)))
                .filter(container -> filters.any("network", network -> isIn(container, network)))
                .filter(container -> filters.any("expose", ports -> hasPort(container.config().exposedPorts(), ports)))
                .filter(container -> filters.any("publish", ports -> publishes(container, ports)))
                .filter(container -> filters.any("health", health -> health.equals(healths.word(container))))
                .filter(container -> filters.any("is-task", NO::contains))
                .filter(container -> before.stream().allMatch(other -> container.created().isBefore(other.created())))
                .filter(container -> since.stream().allMatch(other -> container.created().isAfter(other.created())));
    }

    /** Isolation is of other systems: it excludes nothing here. */
    private static void check(Filters filters) {
        filters.requireValues("status", "state", STATES);
        filters.requireValues("health", HEALTH);
        filters.requireValues("is-task", BOOLEAN);
        filters.get("exited").stream().filter(code -> !code.matches("-?\\d{1,9}")).findFirst().ifPresent(code -> {
            throw new InvalidArgumentException("invalid filter 'exited=" + code + "': \"" + code + "\" is not a number");
        });
        Stream.of("expose", "publish").forEach(key -> filters.get(key).forEach(ports -> ports(key, ports)));
    }

    private static Matcher ports(String key, String text) {
        var match = PORTS.matcher(text);
        if (!match.matches() || first(match) > last(match) || last(match) > LAST_PORT) {
            throw new InvalidArgumentException("invalid filter '" + key + "=" + text + "': must be a port or a range of ports, such as 80, 80-90/tcp");
        }
        return match;
    }

    private static int first(Matcher ports) {
        return Integer.parseInt(ports.group(1));
    }

    private static int last(Matcher ports) {
        return ports.group(2) == null ? first(ports) : Integer.parseInt(ports.group(2));
    }

    /** Ports of the host, of those that run. */
    private boolean publishes(Container container, String asked) {
        var wanted = ports("publish", asked);
        String protocol = wanted.group(3) == null ? "tcp" : wanted.group(3);
        return sandboxes.find(container.id().value()).stream().flatMap(sandbox -> sandbox.bindings().stream())
                .anyMatch(binding -> binding.protocol().toString().equals(protocol) && first(wanted) <= binding.hostPort() && binding.hostPort() <= last(wanted));
    }

    /** Keys are {@code 80/tcp} or {@code 80}; TCP unless something else is said, on both sides. */
    private static boolean hasPort(@Nullable Map<String, ?> ports, String asked) {
        var wanted = ports("expose", asked);
        String protocol = wanted.group(3) == null ? "tcp" : wanted.group(3);
        Collection<String> keys = ports == null ? List.of() : ports.keySet();
        return keys.stream().map(PORTS::matcher).filter(Matcher::matches)
                .anyMatch(port -> (port.group(3) == null ? "tcp" : port.group(3)).equals(protocol)
                        && first(port) <= last(wanted) && last(port) >= first(wanted));
    }

    private static boolean mounts(Container container, String volume) {
        return container.mounts().stream().anyMatch(mount -> volume.equals(mount.name()) || volume.equals(mount.destination())
                || mount.name() == null && volume.equals(mount.source()));
    }

    /** By the name of a network or the start of its id. */
    private boolean isIn(Container container, String asked) {
        String mode = container.hostConfig().networkMode();
        if (mode.startsWith("container:")) {
            return mode.equals(asked);
        }
        return container.connections().stream().anyMatch(connection -> connection.network().equals(asked)
                || !asked.isEmpty() && connection.networkId().startsWith(asked));
    }

    private boolean descends(Container container, Image ancestor) {
        if (container.imageId().equals(ancestor.id())) {
            return true;
        }
        return images.find(container.imageId()).map(image -> image.chain().size() > ancestor.chain().size()
                && image.chain().subList(0, ancestor.chain().size()).equals(ancestor.chain())).orElse(false);
    }

    private static boolean isNamed(Container container, String pattern) {
        return Filters.matches(container.name(), pattern) || Filters.matches("/" + container.name(), pattern);
    }
}
