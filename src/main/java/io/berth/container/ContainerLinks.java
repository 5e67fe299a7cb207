package io.berth.container;

import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.instance.Instance;
import io.berth.network.Endpoint;
import io.berth.network.HostsFile;
import io.berth.network.NetworkMode;
import io.berth.network.Sandboxes;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.stereotype.Component;

/**
 * Links on the default bridge: a container that runs is known in another one by a name in its hosts file, and by variables. Which
 * container is meant is settled when the other one is made; a link to one that was removed is none. Safe for use by many threads.
 */
@Component
public class ContainerLinks {

    private static final String BRIDGE = "bridge";

    private final Containers containers;
    private final Sandboxes sandboxes;
    private final Instance instance;

    ContainerLinks(Containers containers, Sandboxes sandboxes, Instance instance) {
        this.containers = containers;
        this.sandboxes = sandboxes;
        this.instance = instance;
    }

    /** A link whose container is there. */
    private record Link(Container child, String alias) {}

    /** Links as they are kept: by full id, each alias once. @throws InvalidArgumentException a container is missing or has no place for it */
    List<String> settled(List<String> asked) {
        var byAlias = new LinkedHashMap<String, String>();
        for (var text : asked) {
            var link = LinkName.parse(text);
            byAlias.putIfAbsent(link.alias(), new LinkName(child(link.container()).id().value(), link.alias()).text());
        }
        return List.copyOf(byAlias.values());
    }

    private Container child(String ref) {
        try {
            var child = containers.resolve(ref);
            while (NetworkMode.parse(child.hostConfig().networkMode()) instanceof NetworkMode.Container(var other)) {
                child = containers.resolve(other);
            }
            if (NetworkMode.parse(child.hostConfig().networkMode()) instanceof NetworkMode.Host) {
                throw new InvalidArgumentException("conflicting options: host type networking can't be used with links. "
                        + "This would result in undefined behavior");
            }
            return child;
        } catch (NotFoundException missing) {
            throw new InvalidArgumentException("could not get container for " + ref + ": " + missing.getMessage(), missing);
        }
    }

    /** The container that {@code PARENT/ALIAS} leads to. @throws NotFoundException there is no such link */
    public Container linked(String parentRef, String alias) {
        return of(containers.resolve(parentRef)).stream().filter(link -> link.alias().equals(alias)).map(Link::child).findFirst()
                .orElseThrow(() -> new NotFoundException("No such container: " + parentRef + "/" + alias));
    }

    /** Whether links of a container with this network are those of here. */
    static boolean areOf(NetworkMode mode) {
        return mode.equals(new NetworkMode.Connected(BRIDGE));
    }

    private List<Link> of(Container parent) {
        var links = new ArrayList<Link>();
        var asked = areOf(NetworkMode.parse(parent.hostConfig().networkMode())) ? parent.hostConfig().links() : List.<String>of();
        for (var text : asked == null ? List.<String>of() : asked) {
            var link = LinkName.parse(text);
            containers.find(new ContainerId(link.container())).ifPresent(child -> links.add(new Link(child, link.alias())));
        }
        return links;
    }

    /** The lines of a container's hosts file that tell of its links. @throws InternalException one does not run, or not on the bridge */
    List<HostsFile.Line> hosts(Container parent) {
        var lines = new ArrayList<HostsFile.Line>();
        for (var link : of(parent)) {
            var names = new ArrayList<>(List.of(link.alias()));
            Optional.ofNullable(link.child().config().hostname()).filter(name -> !name.isEmpty()).ifPresent(names::add);
            if (!link.child().name().equals(link.alias())) {
                names.add(link.child().name());
            }
            lines.add(new HostsFile.Line(requireAddress(parent, link).getHostAddress(), names));
        }
        return lines;
    }

    private Inet4Address requireAddress(Container parent, Link link) {
        if (!link.child().isRunning()) {
            throw new InternalException("Cannot link to a non running container: /" + link.child().name() + " AS /" + parent.name() + "/" + link.alias());
        }
        return address(link.child()).orElseThrow(() -> new InternalException(
                "Cannot link to /" + link.child().name() + ", as it does not belong to the default network"));
    }

    private Optional<Inet4Address> address(Container container) {
        return sandboxes.find(container.id().value()).flatMap(sandbox -> onBridge(sandbox.endpoints()));
    }

    private static Optional<Inet4Address> onBridge(List<Endpoint> endpoints) {
        return endpoints.stream().filter(endpoint -> endpoint.networkName().equals(BRIDGE)).flatMap(endpoint -> Optional.ofNullable(endpoint.ip()).stream())
                .findFirst();
    }

    /** The container with the variables that tell of its links; its own ones win. Of what does not run nothing is told. */
    Container told(Container parent) {
        var lines = new ArrayList<String>();
        for (var link : of(parent)) {
            address(link.child()).ifPresent(ip -> lines.addAll(LinkVariables.of(parent.name(), link.alias(), ip.getHostAddress(), link.child().config())));
        }
        return lines.isEmpty() ? parent : parent.with(parent.config().withEnvironment(ConfigMerge.environment(lines, parent.config().env())));
    }

    /** A container has begun to run, perhaps with another address: those that are linked to it find it again. */
    void moved(Container child, List<Endpoint> endpoints) {
        onBridge(endpoints).ifPresent(ip -> containers.unordered().stream().filter(Container::isRunning).forEach(parent -> of(parent).stream()
                .filter(link -> link.child().id().equals(child.id()))
                .forEach(link -> edit(parent, text -> HostsFile.withAddress(text, link.alias(), ip.getHostAddress())))));
    }

    private void edit(Container container, UnaryOperator<String> change) {
        EtcFiles.edit(ContainerFolder.of(instance, container.id()).hosts(), change);
    }

    /**
     * Takes a link away; the container itself stays.
     *
     * @throws NotFoundException there is no such link
     */
    public void remove(String parentRef, String alias) {
        Container parent;
        try {
            parent = containers.resolve(parentRef);
        } catch (NotFoundException missing) {
            throw new NotFoundException("No such container: " + parentRef + "/" + alias, missing);
        }
        var asked = parent.hostConfig().links();
        var left = asked == null ? List.<String>of() : asked.stream().filter(text -> !LinkName.parse(text).alias().equals(alias)).toList();
        if (asked == null || left.size() == asked.size()) {
            throw new NotFoundException("No such container: " + parentRef + "/" + alias);
        }
        containers.change(parent.id(), before -> before.with(before.hostConfig().with(Map.of("links", left))));
        if (parent.isRunning()) {
            edit(parent, text -> HostsFile.without(text, alias));
        }
    }

    /** @throws ConflictException always: a container's own name is no link */
    public void refuseOwnName() {
        throw new ConflictException("Conflict, cannot remove the default link name of the container");
    }

    /** The container's settings as clients see them, with links by name: {@code /CHILD:/PARENT/ALIAS}. */
    public HostConfig shown(Container container) {
        var host = container.hostConfig();
        return host.links() == null || host.links().isEmpty() || !areOf(NetworkMode.parse(host.networkMode())) ? host : host.with(Map.of("links", of(container).stream()
                .map(link -> "/" + link.child().name() + ":/" + container.name() + "/" + link.alias()).toList()));
    }

    /** All names of a container: its own, and those that others have for it. */
    public List<String> names(Container container) {
        var names = new ArrayList<>(List.of("/" + container.name()));
        for (var parent : containers.unordered()) {
            of(parent).stream().filter(link -> link.child().id().equals(container.id())).forEach(link -> names.add("/" + parent.name() + "/" + link.alias()));
        }
        return names;
    }
}
