package io.berth.engineapi;

import io.berth.container.Container;
import io.berth.container.ContainerState;
import io.berth.container.Containers;
import io.berth.error.InvalidArgumentException;
import io.berth.image.Image;
import io.berth.image.Images;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Filters of {@code ContainerList}. */
@Component
class ContainerSelection {

    private static final Set<String> STATES = Set.of("created", "running", "paused", "restarting", "removing", "exited", "dead");

    private final Containers containers;
    private final Images images;

    ContainerSelection(Containers containers, Images images) {
        this.containers = containers;
        this.images = images;
    }

    /** The containers that fit, newest first. */
    Stream<Container> of(Filters filters) {
        filters.get("status").stream().filter(state -> !STATES.contains(state)).findFirst().ifPresent(state -> {
            throw new InvalidArgumentException("invalid filter 'status=" + state + "'");
        });
        var before = filters.get("before").stream().map(containers::resolve).toList();
        var since = filters.get("since").stream().map(containers::resolve).toList();
        var ancestors = filters.get("ancestor").stream().flatMap(ref -> images.find(ref).stream()).toList();
        return containers.list().stream()
                .filter(container -> filters.any("id", id -> container.id().value().startsWith(id)))
                .filter(container -> filters.any("name", name -> isNamed(container, name)))
                .filter(container -> filters.labels(container.config().labels()))
                .filter(container -> filters.any("status", state -> container.state().word().equals(state)))
                .filter(container -> filters.any("exited", code -> container.state() instanceof ContainerState.Exited exited
                        && Integer.toString(exited.code()).equals(code)))
                .filter(container -> !filters.has("ancestor") || ancestors.stream().anyMatch(image -> descends(container, image)))
                .filter(container -> filters.any("volume", volume -> container.mounts().stream()
                        .anyMatch(mount -> volume.equals(mount.name()) || volume.equals(mount.destination()))))
                .filter(container -> filters.any("network", network -> container.hostConfig().networkMode().equals(network)))
                .filter(container -> filters.any("expose", port -> container.config().exposedPorts() != null
                        && container.config().exposedPorts().containsKey(port.contains("/") ? port : port + "/tcp")))
                .filter(container -> filters.any("publish", port -> container.hostConfig().portBindings()
                        .containsKey(port.contains("/") ? port : port + "/tcp")))
                .filter(container -> filters.any("health", health -> health.equals("none")))
                .filter(container -> filters.any("is-task", value -> List.of("false", "0").contains(value)))
                .filter(container -> before.stream().allMatch(other -> container.created().isBefore(other.created())))
                .filter(container -> since.stream().allMatch(other -> container.created().isAfter(other.created())));
    }

    private boolean descends(Container container, Image ancestor) {
        if (container.imageId().equals(ancestor.id())) {
            return true;
        }
        return images.find(container.imageId()).map(image -> image.chain().size() > ancestor.chain().size()
                && image.chain().subList(0, ancestor.chain().size()).equals(ancestor.chain())).orElse(false);
    }

    private static boolean isNamed(Container container, String pattern) {
        try {
            var regex = Pattern.compile(pattern);
            return regex.matcher(container.name()).find() || regex.matcher("/" + container.name()).find();
        } catch (PatternSyntaxException plain) {
            return container.name().contains(pattern);
        }
    }
}
