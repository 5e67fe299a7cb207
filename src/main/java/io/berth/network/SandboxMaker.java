package io.berth.network;

import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import io.berth.ffi.NativeException;
import io.berth.network.LiveSandboxes.Live;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes network namespaces with interfaces and ports, changes them and takes them away. Safe for use by many threads. */
final class SandboxMaker {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxMaker.class);

    private final Networks networks;
    private final NamespaceOwner usual;
    private final String publishAddress;

    /**
     * @param usual to whom the network namespaces of most containers belong
     * @param publishAddress where ports are published that name no address, in networks that say nothing of it; empty for everywhere
     */
    SandboxMaker(Networks networks, NamespaceOwner usual, String publishAddress) {
        this.networks = networks;
        this.usual = usual;
        this.publishAddress = publishAddress;
    }

    /** A network that a container is connected to, and how. */
    private record Place(Network network, Connection asked) {}

    /** A sandbox of its own, or the host's. All or nothing. */
    Sandbox make(SandboxRequest request) {
        if (request.mode() instanceof NetworkMode.Host) {
            return hostSandbox();
        }
        List<Place> places = request.mode() instanceof NetworkMode.None ? List.of(none())
                : request.connections().stream().map(asked -> new Place(networks.require(asked), asked)).toList();
        if (places.size() == 1 && places.getFirst().network().name().equals(BuiltInNetworks.HOST)) {
            return hostSandbox();
        }
        if (places.stream().anyMatch(place -> place.network().pools().isEmpty())) {
            return alone(request.owner(), List.of(Endpoint.withoutAddress(networks.builtIn().none(), EndpointIds.next())));
        }
        // None: it was taken out of all of its networks.
        return places.isEmpty() ? alone(request.owner(), List.of()) : published(request, isPlain(request, places) ? prepared() : plugged(request, places));
    }

    private Place none() {
        return new Place(networks.builtIn().none(), Connection.to(BuiltInNetworks.NONE));
    }

    private Sandbox hostSandbox() {
        return new Sandbox(null, null, List.of(Endpoint.withoutAddress(networks.builtIn().host(), EndpointIds.next())), List.of(), List.of());
    }

    /** Without an interface but the loopback one. */
    private static Sandbox alone(NamespaceOwner owner, List<Endpoint> endpoints) {
        Links.Namespace namespace = owner.make();
        namespace.links().close();
        return new Sandbox(namespace.netns(), namespace.userns(), endpoints, List.of(), List.of());
    }

    /** Whether one that was made before it was asked for will do. */
    private boolean isPlain(SandboxRequest request, List<Place> places) {
        return places.size() == 1 && places.getFirst().network().builtIn() && places.getFirst().asked().mac().isEmpty()
                && places.getFirst().asked().gatewayPriority() == 0 && request.owner().equals(usual);
    }

    private Sandbox prepared() {
        PreparedSandbox ready = driver().take();
        return new Sandbox(ready.netns(), ready.userns(), List.of(ready.endpoint()), List.of(), List.of());
    }

    private Sandbox plugged(SandboxRequest request, List<Place> places) {
        var endpoints = new ArrayList<Endpoint>();
        Place wayOut = places.stream().filter(place -> !place.network().internal())
                .min(Endpoint.byWayOut(place -> place.asked().gatewayPriority(), place -> place.network().name())).orElse(null);
        Links.Namespace namespace = request.owner().make();
        try {
            for (Place place : places) {
                List<String> names = names(place.network(), place.asked(), request.containerId(), request.containerName(), request.hostname());
                Segment segment = driver().segment(place.network());
                endpoints.add(segment.plug(namespace.netns(), namespace.links(), new Segment.Plug(EndpointIds.next(),
                        segment.options().interfacePrefix() + endpoints.size(), place.asked(), names, place.equals(wayOut)), driver()::reapNow));
            }
            namespace.links().close();
            return new Sandbox(namespace.netns(), namespace.userns(), endpoints, List.of(), List.of());
        } catch (RuntimeException failed) {
            namespace.close();
            endpoints.forEach(driver()::giveBack);
            throw failed;
        }
    }

    /** In built-in networks nobody is known by a name. */
    private static List<String> names(Network network, Connection asked, String containerId, String containerName, String hostname) {
        return network.builtIn() ? List.of() : SandboxRequest.names(containerId, containerName, hostname, asked.aliases());
    }

    private Sandbox published(SandboxRequest request, Sandbox made) {
        try {
            PortMap.Published published = publish(request.containerId(), request.containerName(), made.endpoints(), request.ports());
            return new Sandbox(made.netns(), made.userns(), made.endpoints(), published.bindings(), published.held());
        } catch (RuntimeException failed) {
            made.close();
            made.endpoints().forEach(driver()::giveBack);
            throw failed;
        }
    }

    /** Where there is no way out nothing is published. */
    private PortMap.Published publish(String containerId, String containerName, List<Endpoint> endpoints, List<PortSpec> asked) {
        Endpoint wayOut = Endpoint.wayOut(endpoints).orElse(null);
        if (asked.isEmpty() || wayOut == null || wayOut.ip() == null) {
            return new PortMap.Published(List.of(), List.of());
        }
        String ofNetwork = networks.find(wayOut.networkId()).map(network -> BridgeOptions.of(network.options()).hostAddress()).orElse("");
        String address = ofNetwork.isEmpty() ? publishAddress : ofNetwork;
        try {
            return driver().ports().publish(containerId, asked.stream().map(port -> port.orOn(address)).toList(), wayOut.ip());
        } catch (InternalException refused) {
            throw new InternalException("failed to set up container networking: driver failed programming external connectivity on endpoint %s (%s): %s"
                    .formatted(containerName, wayOut.endpointId(), refused.getMessage()), refused);
        }
    }

    /** Makes a further interface in a running container; all or nothing. */
    Live plug(String containerId, Live before, Connection asked, String hostname) {
        Fd netns = Objects.requireNonNull(before.netns());
        Network network = networks.require(asked);
        if (before.endpoints().stream().anyMatch(endpoint -> endpoint.networkId().equals(network.id()))) {
            throw new ConflictException("endpoint with name " + before.containerName() + " already exists in network " + network.name());
        }
        Segment segment = driver().segment(network);
        try (Links inside = Links.of(netns)) {
            List<String> names = names(network, asked, containerId, before.containerName(), hostname);
            Endpoint made = segment.plug(netns, inside, new Segment.Plug(EndpointIds.next(), freeName(inside, segment), asked, names, false),
                    driver()::reapNow);
            var endpoints = new ArrayList<>(before.endpoints());
            endpoints.add(made);
            try {
                return routed(containerId, before, endpoints, inside);
            } catch (RuntimeException failed) {
                driver().unplug(made);
                throw failed;
            }
        }
    }

    private static String freeName(Links inside, Segment segment) {
        List<String> taken = inside.list().stream().map(Links.Link::name).toList();
        int number = 0;
        while (taken.contains(segment.options().interfacePrefix() + number)) {
            number++;
        }
        return segment.options().interfacePrefix() + number;
    }

    /** Takes an interface out of a running container. */
    Live unplug(String containerId, Live before, Endpoint gone) {
        driver().unplug(gone);
        List<Endpoint> left = before.endpoints().stream().filter(endpoint -> !endpoint.equals(gone)).toList();
        try (Links inside = Links.of(Objects.requireNonNull(before.netns()))) {
            return routed(containerId, before, left, inside);
        }
    }

    /** With these endpoints: the default route goes over another one, and ports lead there. */
    private Live routed(String containerId, Live before, List<Endpoint> endpoints, Links inside) {
        @Nullable Endpoint old = Endpoint.wayOut(before.endpoints()).orElse(null);
        @Nullable Endpoint next = Endpoint.wayOut(endpoints).orElse(null);
        Live now = before.on(endpoints);
        if (Objects.equals(old, next)) {
            return now;
        }
        inside.defaultRoute(next == null ? null : next.gateway());
        if (!before.bindings().isEmpty()) {
            warn(containerId, driver().ports().move(containerId, next == null ? null : next.ip()));
            return now;
        }
        PortMap.Published published = publish(containerId, before.containerName(), endpoints, before.ports());
        return now.publishing(published.bindings(), published.held());
    }

    /**
     * A container that ran before this process did: its addresses and ports are in use.
     *
     * @return what it has: without endpoints whose interface was taken out when the engine ended
     */
    Live adopt(String containerId, Live container) {
        List<Endpoint> there = container.endpoints().stream().filter(endpoint -> endpoint.ip() == null
                || networks.find(endpoint.networkId()).filter(network -> driver().adopt(network, endpoint)).isPresent()).toList();
        @Nullable Endpoint wayOut = Endpoint.wayOut(there).orElse(null);
        if (wayOut != null && wayOut.ip() != null) {
            warn(containerId, driver().ports().adopt(containerId, container.bindings(), wayOut.ip()));
        }
        return container.on(there);
    }

    /** The default route goes where it should: the engine may have ended while it was changed. */
    void restoreRoute(Live container) {
        Fd netns = container.netns();
        if (netns == null || container.endpoints().stream().allMatch(endpoint -> endpoint.ip() == null)) {
            return;
        }
        try (Links inside = Links.of(netns)) {
            inside.defaultRoute(Endpoint.wayOut(container.endpoints()).map(Endpoint::gateway).orElse(null));
        } catch (NativeException failure) {
            LOG.warn("the default route of container {} could not be restored", container.containerName(), failure);
        }
    }

    private static void warn(String containerId, List<PortBinding> lost) {
        lost.forEach(port -> LOG.warn("container {}: port {} of {} was taken by another process, it is not served", containerId,
                port.hostPort(), port.hostIp()));
    }

    /** Gives up what a container had whose processes are gone: its ports are free when this returns. */
    void release(String containerId, List<Endpoint> endpoints, List<PortBinding> bindings) {
        // Ports stay reserved for a container that was taken out of its networks.
        if (!bindings.isEmpty()) {
            driver().ports().withdraw(containerId);
        }
        if (endpoints.stream().anyMatch(endpoint -> endpoint.ip() != null)) {
            endpoints.forEach(driver()::giveBack);
        }
    }

    /** As {@link #release}, of a container that ended while nobody looked. */
    void forget(List<Endpoint> endpoints) {
        endpoints.stream().filter(endpoint -> endpoint.ip() != null).forEach(driver()::forget);
    }

    /** Makes the kernel have what is known here and nothing else. @param endpointIds of all that are live */
    void restore(Collection<String> endpointIds) {
        driver().ports().restoreForwards();
        driver().deleteLeftoversBut(endpointIds);
    }

    private BridgeDriver driver() {
        return networks.driver().get();
    }
}
