package io.berth.network;

import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import io.berth.ffi.NativeException;
import io.berth.instance.RandomId;
import io.berth.network.LiveSandboxes.Live;
import io.berth.network.PortClaim.Destination;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes network namespaces with interfaces and ports, changes them and takes them away. Safe for use by many threads. */
final class SandboxMaker {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxMaker.class);

    /** Of 169.254.0.0/16: RFC 3927. */
    private static final int LINK_LOCAL_PREFIX = 16;
    private static final int LINK_LOCAL_PREFIX6 = 64;

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
        if (places.stream().anyMatch(place -> place.network().builtIn() && place.network().pools().isEmpty())) {
            return alone(request.owner(), List.of(Endpoint.withoutAddress(networks.builtIn().none(), RandomId.next())));
        }
        // None: it was taken out of all of its networks.
        return places.isEmpty() ? alone(request.owner(), List.of()) : published(request, isPlain(request, places) ? prepared() : plugged(request, places));
    }

    private Place none() {
        return new Place(networks.builtIn().none(), Connection.to(BuiltInNetworks.NONE));
    }

    private Sandbox hostSandbox() {
        return new Sandbox(null, null, List.of(Endpoint.withoutAddress(networks.builtIn().host(), RandomId.next())), List.of(), List.of());
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
                && places.getFirst().asked().gatewayPriority() == 0 && places.getFirst().asked().linkLocal().isEmpty()
                && EndpointOptions.of(places.getFirst().asked()).isUsual() && request.owner().equals(usual);
    }

    private Sandbox prepared() {
        PreparedSandbox ready = driver().take();
        return new Sandbox(ready.netns(), ready.userns(), List.of(ready.endpoint()), List.of(), List.of());
    }

    private Sandbox plugged(SandboxRequest request, List<Place> places) {
        var endpoints = new ArrayList<Endpoint>();
        Place wayOut = wayOut(places, network -> network.ipv4() != null);
        Place wayOut6 = wayOut(places, network -> network.ipv6() != null);
        Links.Namespace namespace = request.owner().make();
        try {
            Set<String> taken = new HashSet<>(List.of("lo"));
            // Names that are asked for are not given to others.
            Set<String> wanted = places.stream().map(place -> EndpointOptions.of(place.asked()).interfaceName()).collect(Collectors.toSet());
            for (Place place : places) {
                List<String> names = names(place.network(), place.asked(), request.containerId(), request.containerName(), request.hostname());
                String name = interfaceName(place, taken, wanted);
                taken.add(name);
                endpoints.add(plug(place.network(), namespace.netns(), namespace.links(), new Plug(RandomId.next(), name, place.asked(), names,
                        place.equals(wayOut), place.equals(wayOut6)), request.containerName()));
            }
            namespace.links().close();
            return new Sandbox(namespace.netns(), namespace.userns(), endpoints, List.of(), List.of());
        } catch (RuntimeException failed) {
            endpoints.forEach(endpoint -> networks.driverOf(endpoint).leave(endpoint, namespace.netns()));
            namespace.close();
            throw failed;
        }
    }

    private @Nullable Place wayOut(List<Place> places, Predicate<Network> having) {
        return places.stream().filter(place -> having.test(place.network()) && networks.drivers().of(place.network()).leadsOut(place.network()))
                .min(Endpoint.byWayOut(place -> place.asked().gatewayPriority(), place -> place.network().name())).orElse(null);
    }

    /**
     * What an interface is called.
     *
     * @param taken by others in the container
     * @param wanted by others
     * @throws ConflictException the name that is asked for is taken
     */
    private String interfaceName(Place place, Set<String> taken, Set<String> wanted) {
        String asked = EndpointOptions.of(place.asked()).interfaceName();
        if (taken.contains(asked)) {
            throw new ConflictException("interface name " + asked + " is taken in the container");
        }
        if (!asked.isEmpty()) {
            return asked;
        }
        String prefix = networks.drivers().of(place.network()).interfacePrefix(place.network());
        int number = 0;
        while (taken.contains(prefix + number) || wanted.contains(prefix + number)) {
            number++;
        }
        return prefix + number;
    }

    /** What a kind of network cannot do says which endpoint it was. */
    private Endpoint plug(Network network, Fd netns, Links inside, Plug plug, String containerName) {
        NetworkDriver driver = networks.drivers().of(network);
        try {
            Endpoint made = driver.plug(network, netns, inside, plug);
            try {
                settle(netns, inside, made.interfaceName(), plug.asked());
                return made;
            } catch (RuntimeException failed) {
                driver.unplug(made, inside);
                throw failed;
            }
        } catch (InternalException refused) {
            throw new InternalException("failed to create endpoint %s on network %s: %s".formatted(containerName, network.name(), refused.getMessage()),
                    refused);
        }
    }

    /** What is asked of an interface whatever its network is. */
    private static void settle(Fd netns, Links inside, String name, Connection asked) {
        for (InetAddress address : asked.linkLocalAddresses()) {
            boolean six = address instanceof Inet6Address;
            if (six) {
                // It is off where the network has none.
                Links.enableIpv6(netns, name);
            }
            inside.find(name).ifPresent(index -> inside.addAddress(index, address, six ? LINK_LOCAL_PREFIX6 : LINK_LOCAL_PREFIX));
        }
        EndpointOptions.of(asked).settle(netns, name);
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
            made.endpoints().forEach(endpoint -> networks.driverOf(endpoint).leave(endpoint, made.netns()));
            made.close();
            throw failed;
        }
    }

    private Optional<String> publishedOn(Endpoint wayOut) {
        return networks.find(wayOut.networkId()).flatMap(network -> networks.drivers().of(network).publishedOn(network));
    }

    /** Where there is no way out nothing is published, and nothing where containers are on the host's own network. */
    private PortMap.Published publish(String containerId, String containerName, List<Endpoint> endpoints, List<PortSpec> asked) {
        Destination destination = destination(endpoints);
        Endpoint wayOut = Stream.of(Endpoint.wayOut(endpoints), Endpoint.wayOut6(endpoints)).flatMap(Optional::stream).filter(this::publishes).findFirst()
                .orElse(null);
        if (asked.isEmpty() || wayOut == null || destination == null) {
            return new PortMap.Published(List.of(), List.of());
        }
        String ofNetwork = publishedOn(wayOut).orElse("");
        String address = ofNetwork.isEmpty() ? publishAddress : ofNetwork;
        try {
            return driver().ports().publish(containerId, asked.stream().map(port -> port.orOn(address)).toList(), destination);
        } catch (InternalException refused) {
            throw new InternalException("driver failed programming external connectivity on endpoint %s (%s): %s"
                    .formatted(containerName, wayOut.endpointId(), refused.getMessage()), refused);
        }
    }

    /** Where published ports of a container lead, the addresses over which its default routes go; null where nothing is published. */
    @Nullable Destination destination(List<Endpoint> endpoints) {
        Inet4Address ipv4 = Endpoint.wayOut(endpoints).filter(this::publishes).map(Endpoint::ip).orElse(null);
        Inet6Address ipv6 = Endpoint.wayOut6(endpoints).filter(this::publishes).map(Endpoint::ipv6).map(Endpoint.Six::ip).orElse(null);
        return ipv4 == null && ipv6 == null ? null : new Destination(ipv4, ipv6);
    }

    private boolean publishes(Endpoint wayOut) {
        return publishedOn(wayOut).isPresent();
    }

    /** Makes a further interface in a running container; all or nothing. */
    Live plug(String containerId, Live before, Connection asked, String hostname) {
        Fd netns = Objects.requireNonNull(before.netns());
        Network network = networks.require(asked);
        if (before.endpoints().stream().anyMatch(endpoint -> endpoint.networkId().equals(network.id()))) {
            throw new ConflictException("endpoint with name " + before.containerName() + " already exists in network " + network.name());
        }
        try (Links inside = Links.of(netns)) {
            List<String> names = names(network, asked, containerId, before.containerName(), hostname);
            Set<String> taken = inside.list().stream().map(Links.Link::name).collect(Collectors.toSet());
            Endpoint made = plug(network, netns, inside, new Plug(RandomId.next(), interfaceName(new Place(network, asked), taken, Set.of()), asked,
                    names, false, false), before.containerName());
            var endpoints = new ArrayList<>(before.endpoints());
            endpoints.add(made);
            try {
                return routed(containerId, before, endpoints, inside);
            } catch (RuntimeException failed) {
                networks.driverOf(made).unplug(made, inside);
                throw failed;
            }
        }
    }

    /** Takes an interface out of a running container. */
    Live unplug(String containerId, Live before, Endpoint gone) {
        List<Endpoint> left = before.endpoints().stream().filter(endpoint -> !endpoint.equals(gone)).toList();
        try (Links inside = Links.of(Objects.requireNonNull(before.netns()))) {
            networks.driverOf(gone).unplug(gone, inside);
            return routed(containerId, before, left, inside);
        }
    }

    /** With these endpoints: the default route goes over another one, and ports lead there. */
    private Live routed(String containerId, Live before, List<Endpoint> endpoints, Links inside) {
        Live now = before.on(endpoints);
        if (Endpoint.wayOut(before.endpoints()).equals(Endpoint.wayOut(endpoints)) && Endpoint.wayOut6(before.endpoints()).equals(Endpoint.wayOut6(endpoints))) {
            return now;
        }
        route(inside, endpoints);
        if (!before.bindings().isEmpty()) {
            warn(containerId, driver().ports().move(containerId, destination(endpoints)));
            return now;
        }
        PortMap.Published published = publish(containerId, before.containerName(), endpoints, before.ports());
        return now.publishing(published.bindings(), published.held());
    }

    private static void route(Links inside, List<Endpoint> endpoints) {
        Endpoint wayOut = Endpoint.wayOut(endpoints).orElse(null);
        if (wayOut != null && wayOut.direct()) {
            inside.defaultRouteOver(wayOut.interfaceName());
        } else {
            inside.defaultRoute(wayOut == null ? null : wayOut.gateway());
        }
        Endpoint wayOut6 = Endpoint.wayOut6(endpoints).orElse(null);
        if (wayOut6 != null && wayOut6.direct()) {
            inside.defaultRouteOver6(wayOut6.interfaceName());
        } else if (endpoints.stream().anyMatch(endpoint -> endpoint.ipv6() != null)) {
            inside.defaultRoute6(wayOut6 == null ? null : wayOut6.gateway6());
        }
    }

    /**
     * A container that ran before this process did: its addresses and ports are in use.
     *
     * @return what it has: without endpoints whose interface was taken out when the engine ended
     */
    Live adopt(String containerId, Live container) {
        List<Endpoint> there = container.endpoints().stream().filter(endpoint -> endpoint.addresses().isEmpty()
                || networks.find(endpoint.networkId())
                        .filter(network -> networks.drivers().of(network).adopt(network, endpoint, container.netns())).isPresent()).toList();
        Destination destination = destination(there);
        if (destination != null && !container.bindings().isEmpty()) {
            warn(containerId, driver().ports().adopt(containerId, container.bindings(), destination));
        }
        return container.on(there);
    }

    /** The default route goes where it should: the engine may have ended while it was changed. */
    void restoreRoute(Live container) {
        Fd netns = container.netns();
        if (netns == null || container.endpoints().stream().allMatch(endpoint -> endpoint.addresses().isEmpty())) {
            return;
        }
        try (Links inside = Links.of(netns)) {
            route(inside, container.endpoints());
        } catch (NativeException failure) {
            LOG.warn("the default route of container {} could not be restored", container.containerName(), failure);
        }
    }

    private static void warn(String containerId, List<PortBinding> lost) {
        lost.forEach(port -> LOG.warn("container {}: port {} of {} was taken by another process, it is not served", containerId,
                port.hostPort(), port.hostIp()));
    }

    /** Gives up what a container had whose processes are gone: its ports are free when this returns. @param netns stays the caller's */
    void release(String containerId, List<Endpoint> endpoints, List<PortBinding> bindings, @Nullable Fd netns) {
        // Ports stay reserved for a container that was taken out of its networks.
        if (!bindings.isEmpty()) {
            driver().ports().withdraw(containerId);
        }
        endpoints.stream().filter(endpoint -> !endpoint.addresses().isEmpty()).forEach(endpoint -> networks.driverOf(endpoint).leave(endpoint, netns));
    }

    /** As {@link #release}, of a container that ended while nobody looked. */
    void forget(List<Endpoint> endpoints) {
        endpoints.stream().filter(endpoint -> !endpoint.addresses().isEmpty()).forEach(endpoint -> networks.driverOf(endpoint).forget(endpoint));
    }

    /** Makes the kernel have what is known here and nothing else. @param endpointIds of all that are live */
    void restore(Collection<String> endpointIds) {
        driver().ports().restoreForwards();
        networks.drivers().deleteLeftoversBut(endpointIds);
    }

    private BridgeDriver driver() {
        return networks.driver().get();
    }
}
