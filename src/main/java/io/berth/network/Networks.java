package io.berth.network;

import io.berth.error.ConflictException;
import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.error.NotImplementedException;
import io.berth.error.UnavailableException;
import io.berth.ffi.Fd;
import io.berth.ffi.LibNftables;
import io.berth.ffi.Links;
import io.berth.ffi.ProcessNamespace;
import io.berth.ffi.NativeException;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks of this instance and the sandboxes of its running containers. Nothing in the kernel is touched before it is first
 * needed; at the end, what belongs to running containers stays. Safe for use by many threads, for one container by one at a time.
 *
 * <p>{@link #attach} of a container whose former shim is still there finds its ports in use: the shim holds them until its process has
 * ended.
 */
public class Networks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Networks.class);
    private static final int ENDPOINT_ID_BYTES = 32;

    private final InterfaceNames names;
    private final SubnetAllocator subnets;
    private final int prepared;
    private final NamespaceOwner usual;
    private final SandboxRecords records;
    private final NetworkEvents events;
    private final BuiltInNetworks builtIn;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Live> live = new ConcurrentHashMap<>();
    private @Nullable BridgeDriver driver;

    /** A running container; {@code netns} is kept for those who join it. */
    private record Live(String containerName, @Nullable Fd netns, List<Endpoint> endpoints, List<PortBinding> bindings) {}

    /** @param usual to whom the network namespaces of most containers belong */
    Networks(String instance, Path recordFolder, NetworkProperties properties, NamespaceOwner usual, NetworkEvents events, Clock clock) {
        this.usual = usual;
        this.names = InterfaceNames.of(instance);
        this.subnets = new SubnetAllocator(properties.ranges());
        this.prepared = properties.prepared();
        this.records = new SandboxRecords(recordFolder);
        this.events = events;
        this.builtIn = new BuiltInNetworks(instance, clock.instant());
    }

    /** All networks, the built-in ones first. */
    public List<Network> list() {
        return List.of(builtIn.bridge(driver().bridge()), builtIn.host(), builtIn.none());
    }

    /**
     * Finds a network by full id, name or unambiguous prefix of the id, in this order.
     *
     * @throws NotFoundException {@code network NAME not found}
     * @throws InvalidArgumentException the prefix fits several
     */
    public Network require(String nameOrId) {
        // These two are there on hosts that cannot have the bridge, too.
        for (Network network : List.of(builtIn.host(), builtIn.none())) {
            if (network.name().equals(nameOrId) || network.id().value().equals(nameOrId)) {
                return network;
            }
        }
        List<Network> all = list();
        return all.stream().filter(network -> network.id().value().equals(nameOrId)).findFirst()
                .or(() -> all.stream().filter(network -> network.name().equals(nameOrId)).findFirst())
                .or(() -> byPrefix(all, nameOrId))
                .orElseThrow(() -> new NotFoundException("network " + nameOrId + " not found"));
    }

    /**
     * Makes a user-defined network.
     *
     * @throws NotImplementedException always
     */
    public Network create(String name, String driver, Map<String, String> options, Map<String, String> labels) {
        if (BuiltInNetworks.isBuiltIn(name)) {
            throw new ForbiddenException("operation is not permitted on predefined " + name + " network");
        }
        throw new NotImplementedException("user-defined networks are not supported yet: " + name);
    }

    /**
     * Removes a user-defined network.
     *
     * @throws ForbiddenException for a built-in network
     */
    public void remove(String nameOrId) {
        throw new ForbiddenException(require(nameOrId).name() + " is a pre-defined network and cannot be removed");
    }

    /** The running containers in a network. */
    public List<Attachment> attachments(NetworkId network) {
        var attachments = new ArrayList<Attachment>();
        live.forEach((id, container) -> container.endpoints().stream().filter(endpoint -> endpoint.networkId().equals(network))
                .forEach(endpoint -> attachments.add(new Attachment(id, container.containerName(), endpoint))));
        return List.copyOf(attachments);
    }

    /**
     * Makes the network of a container that is about to start: namespace, interface, addresses, published ports. All or nothing.
     *
     * @throws NotFoundException unknown network
     * @throws InvalidArgumentException ports with a mode that cannot publish any
     * @throws ConflictException the container has a sandbox already, or the one to share with does not run
     * @throws InternalException {@code driver failed programming external connectivity on endpoint NAME (ID): ...}
     */
    public Sandbox attach(SandboxRequest request) {
        if (live.containsKey(request.containerId())) {
            throw new ConflictException("container " + request.containerId() + " has a sandbox already");
        }
        Sandbox sandbox = make(request);
        try {
            records.write(SandboxRecord.of(request, sandbox.endpoints(), sandbox.bindings()));
            remember(request.containerId(), request.containerName(), sandbox);
        } catch (RuntimeException failed) {
            sandbox.close();
            undo(request.containerId(), sandbox.endpoints(), failed);
            throw failed;
        }
        sandbox.endpoints().forEach(endpoint -> events.connected(require(endpoint.networkId().value()), request.containerId()));
        return sandbox;
    }

    /**
     * Takes the network of a container away once its processes are gone (or when its start failed): its ports are free when this
     * returns; interface and address follow by themselves. Does nothing for a container that has no sandbox.
     */
    public void detach(String containerId) {
        Live container = live.remove(containerId);
        if (container == null) {
            return;
        }
        if (container.netns() != null) {
            container.netns().close();
        }
        release(containerId, container.endpoints());
        records.delete(containerId);
        container.endpoints().forEach(endpoint -> events.disconnected(require(endpoint.networkId().value()), containerId));
    }

    /**
     * Takes over the sandbox of a container that ran while the engine was away.
     *
     * @param containerId its full id
     * @param containerName its name without slash
     * @param pid its init process, alive; 0 when it waits to be started again: then see {@link #begun}
     * @return endpoints and bindings as at its start; {@code netns} and {@code held} are empty, the shim has them
     * @throws NotFoundException nothing is known of its network
     */
    public Sandbox adopt(String containerId, String containerName, int pid) {
        SandboxRecord record = records.read(containerId)
                .orElseThrow(() -> new NotFoundException("no record of the network of container " + containerId));
        List<Endpoint> endpoints = record.toEndpoints();
        for (Endpoint endpoint : endpoints) {
            if (endpoint.ip() != null) {
                driver().ports().adopt(containerId, record.bindings(), endpoint.ip()).forEach(lost -> LOG.warn(
                        "container {}: port {} of {} was taken by another process, it is not served", containerId, lost.hostPort(),
                        lost.hostIp()));
            }
        }
        Fd netns = isOnHost(endpoints) || pid == 0 ? null : ProcessNamespace.NETWORK.of(pid);
        live.put(containerId, new Live(containerName, netns, endpoints, record.bindings()));
        return new Sandbox(null, null, endpoints, record.bindings(), List.of());
    }

    /** A container that had no process when it was taken over has one: others can join its network from now on. */
    public void begun(String containerId, int pid) {
        live.computeIfPresent(containerId, (id, container) -> container.netns() != null || isOnHost(container.endpoints()) ? container
                : new Live(container.containerName(), ProcessNamespace.NETWORK.of(pid), container.endpoints(), container.bindings()));
    }

    /**
     * To be called once after all running containers have been adopted: removes what this instance left behind of containers that are
     * no more (rules, interfaces, records).
     *
     * @param running full ids of the containers that run
     */
    public void forgetAllBut(Collection<String> running) {
        Set<String> keep = Set.copyOf(running);
        for (String containerId : records.containerIds()) {
            if (!keep.contains(containerId)) {
                records.read(containerId).ifPresent(record -> release(containerId, record.toEndpoints()));
                records.delete(containerId);
            }
        }
        driver().ports().restoreForwards();
        driver().deleteLeftoversBut(live.values().stream().flatMap(container -> container.endpoints().stream())
                .map(Endpoint::endpointId).toList());
    }

    /** The sandbox of a running container as {@link #attach} gave it, without descriptors; empty when it has none. */
    public Optional<Sandbox> find(String containerId) {
        return Optional.ofNullable(live.get(containerId))
                .map(container -> new Sandbox(null, null, container.endpoints(), container.bindings(), List.of()));
    }

    /** The containers' networks stay as they are; when none runs, bridge and rules go too. */
    @Override
    public synchronized void close() {
        boolean idle = live.isEmpty();
        live.values().forEach(container -> {
            if (container.netns() != null) {
                container.netns().close();
            }
        });
        live.clear();
        if (driver != null && idle) {
            driver.remove();
        } else if (driver != null) {
            driver.close();
        }
        driver = null;
    }

    private Sandbox make(SandboxRequest request) {
        try {
            return switch (request.mode()) {
                case NetworkMode.Connected connected -> connect(request, require(connected.network()));
                case NetworkMode.Host _ -> hostSandbox();
                case NetworkMode.None _ -> noneSandbox(request.owner());
                case NetworkMode.Container other -> join(request, other.container());
            };
        } catch (NativeException | LibNftables.RefusedException refused) {
            throw new InternalException("failed to set up container networking: " + refused.getMessage(), refused);
        }
    }

    private Sandbox connect(SandboxRequest request, Network network) {
        return switch (network.name()) {
            case BuiltInNetworks.HOST -> hostSandbox();
            case BuiltInNetworks.NONE -> noneSandbox(request.owner());
            default -> onBridge(request, network);
        };
    }

    private Sandbox onBridge(SandboxRequest request, Network network) {
        BridgeDriver on = driver();
        PreparedSandbox made = on.take(request.mac(), request.owner());
        try {
            PortMap.Published published = on.ports().publish(request.containerId(), request.ports(), made.address());
            var endpoint = new Endpoint(network.id(), network.name(), made.endpointId(), made.address(),
                    on.bridge().subnet().prefixLength(), on.bridge().gateway(), made.mac(), BridgeDriver.INTERFACE);
            return new Sandbox(made.netns(), made.userns(), List.of(endpoint), published.bindings(), published.held());
        } catch (InternalException refused) {
            on.discard(made);
            throw new InternalException("failed to set up container networking: driver failed programming external connectivity on endpoint %s (%s): %s"
                    .formatted(request.containerName(), made.endpointId(), refused.getMessage()), refused);
        } catch (RuntimeException failed) {
            on.discard(made);
            throw failed;
        }
    }

    private Sandbox hostSandbox() {
        return new Sandbox(null, null, List.of(withoutAddress(builtIn.host())), List.of(), List.of());
    }

    private Sandbox noneSandbox(NamespaceOwner owner) {
        Links.Namespace namespace = owner.make();
        namespace.links().close();
        return new Sandbox(namespace.netns(), namespace.userns(), List.of(withoutAddress(builtIn.none())), List.of(), List.of());
    }

    private Sandbox join(SandboxRequest request, String otherId) {
        if (!request.ports().isEmpty()) {
            throw new InvalidArgumentException("conflicting options: port publishing and the container type network mode");
        }
        Live other = live.get(otherId);
        if (other == null) {
            throw new ConflictException("cannot join network of a non running container: " + otherId);
        }
        Fd userns = request.owner() instanceof NamespaceOwner.Shared(var shared) ? shared.duplicate() : null;
        return new Sandbox(other.netns() == null ? null : other.netns().duplicate(), userns, List.of(), List.of(), List.of());
    }

    private Endpoint withoutAddress(Network network) {
        byte[] id = new byte[ENDPOINT_ID_BYTES];
        random.nextBytes(id);
        return new Endpoint(network.id(), network.name(), HexFormat.of().formatHex(id), null, 0, null, null, "");
    }

    private void remember(String containerId, String containerName, Sandbox sandbox) {
        Fd netns = sandbox.netns() == null ? null : sandbox.netns().duplicate();
        live.put(containerId, new Live(containerName, netns, sandbox.endpoints(), sandbox.bindings()));
    }

    private void undo(String containerId, List<Endpoint> endpoints, RuntimeException cause) {
        try {
            release(containerId, endpoints);
            records.delete(containerId);
        } catch (RuntimeException another) {
            cause.addSuppressed(another);
        }
    }

    private void release(String containerId, List<Endpoint> endpoints) {
        for (Endpoint endpoint : endpoints) {
            Inet4Address ip = endpoint.ip();
            if (ip != null) {
                driver().ports().withdraw(containerId);
                driver().giveBack(endpoint.endpointId(), ip);
            }
        }
    }

    private static boolean isOnHost(List<Endpoint> endpoints) {
        return endpoints.stream().anyMatch(endpoint -> endpoint.networkName().equals(BuiltInNetworks.HOST));
    }

    private static Optional<Network> byPrefix(List<Network> all, String prefix) {
        List<Network> fitting = all.stream().filter(network -> !prefix.isEmpty() && network.id().value().startsWith(prefix)).toList();
        if (fitting.size() > 1) {
            throw new InvalidArgumentException("network " + prefix + " is ambiguous (" + fitting.size() + " matches found on ID prefix)");
        }
        return fitting.stream().findFirst();
    }

    private synchronized BridgeDriver driver() {
        if (driver == null) {
            try {
                driver = BridgeDriver.open(names, subnets, prepared, usual, addressesOnRecord());
            } catch (NativeException | LibNftables.RefusedException refused) {
                throw new UnavailableException("set up the default bridge network: " + refused.getMessage(), refused);
            } catch (UnsatisfiedLinkError missing) {
                throw new UnavailableException("set up the default bridge network: libnftables.so.1 is not installed", missing);
            }
        }
        return driver;
    }

    private List<Inet4Address> addressesOnRecord() {
        return records.containerIds().stream().map(records::read).flatMap(Optional::stream)
                .flatMap(record -> record.toEndpoints().stream()).map(Endpoint::ip)
                .flatMap(ip -> Stream.ofNullable(ip)).toList();
    }
}
