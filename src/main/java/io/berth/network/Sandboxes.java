package io.berth.network;

import io.berth.error.ConflictException;
import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.Fd;
import io.berth.ffi.LibNftables;
import io.berth.ffi.NativeException;
import io.berth.ffi.ProcessNamespace;
import io.berth.instance.Failpoint;
import io.berth.network.LiveSandboxes.Live;
import io.berth.network.dns.NameServer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network sandboxes of running containers. Nothing in the kernel is touched before it is first needed; at the end, what belongs to
 * running containers stays. Safe for use by many threads, for one container by one at a time.
 *
 * <p>{@link #attach} of a container whose former shim is still there finds its ports in use: the shim holds them until its process has
 * ended.
 */
public class Sandboxes implements AutoCloseable {

    /** The address at which containers in user-defined networks ask for names. */
    public static final String NAME_SERVER = NameServer.ADDRESS.getHostAddress();

    private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);

    private static final String FAILED = "failed to set up container networking: ";

    private final Networks networks;
    private final SandboxMaker maker;
    private final SandboxRecords records;
    private final LiveSandboxes live;
    private final ContainerResolvers resolvers;
    private final NetworkEvents events;

    Sandboxes(Networks networks, SandboxMaker maker, SandboxRecords records, LiveSandboxes live, NetworkEvents events) {
        this.networks = networks;
        this.maker = maker;
        this.records = records;
        this.live = live;
        this.resolvers = new ContainerResolvers(live);
        this.events = events;
    }

    /**
     * Makes the network of a container that is about to start: namespace, interfaces, addresses, names, published ports. All or nothing.
     *
     * @throws NotFoundException unknown network
     * @throws InvalidArgumentException ports with a mode that cannot publish any
     * @throws ConflictException the container has a sandbox already, or the one to share with does not run
     * @throws InternalException {@code driver failed programming external connectivity on endpoint NAME (ID): ...}
     */
    public Sandbox attach(SandboxRequest request) {
        String id = request.containerId();
        if (live.find(id).isPresent()) {
            throw new ConflictException("container " + id + " has a sandbox already");
        }
        Sandbox sandbox = make(request);
        try {
            Fd netns = sandbox.netns() == null ? null : sandbox.netns().duplicate();
            var made = new Live(request.containerName(), netns, sandbox.endpoints(), request.ports(), sandbox.bindings(), List.of(),
                    request.servers(), false);
            live.put(id, made);
            records.write(SandboxRecord.of(id, made));
            if (made.asks()) {
                resolvers.settle(id);
            }
        } catch (RuntimeException failed) {
            undo(id, sandbox, failed);
            sandbox.close();
            throw failed;
        }
        sandbox.endpoints().forEach(endpoint -> tell(endpoint, id, true));
        return sandbox;
    }

    private Sandbox make(SandboxRequest request) {
        if (request.mode() instanceof NetworkMode.Container(var other)) {
            return join(request, other);
        }
        try {
            return maker.make(request);
        } catch (ConflictException taken) {
            throw new ConflictException(FAILED + taken.getMessage(), taken);
        } catch (ForbiddenException forbidden) {
            throw new ForbiddenException(FAILED + forbidden.getMessage(), forbidden);
        } catch (InternalException refused) {
            throw new InternalException(FAILED + refused.getMessage(), refused);
        } catch (NativeException | LibNftables.RefusedException refused) {
            throw new InternalException(FAILED + refused.getMessage(), refused);
        }
    }

    private Sandbox join(SandboxRequest request, String otherId) {
        if (!request.ports().isEmpty()) {
            throw new InvalidArgumentException("conflicting options: port publishing and the container type network mode");
        }
        Live other = live.find(otherId).orElseThrow(() -> new ConflictException("cannot join network of a non running container: " + otherId));
        Fd userns = request.owner() instanceof NamespaceOwner.Shared(var shared) ? shared.duplicate() : null;
        return new Sandbox(other.netns() == null ? null : other.netns().duplicate(), userns, List.of(), List.of(), List.of());
    }

    /**
     * Takes the network of a container away once its processes are gone (or when its start failed): its ports are free when this
     * returns; interface and address follow by themselves. Does nothing for a container that has no sandbox.
     */
    public void detach(String containerId) {
        live.remove(containerId).ifPresent(container -> {
            resolvers.settle(containerId);
            maker.release(containerId, container.endpoints(), container.bindings(), container.netns());
            container.close();
            records.delete(containerId);
            container.endpoints().forEach(endpoint -> tell(endpoint, containerId, false));
        });
    }

    /**
     * Connects a running container to a further network; what it has stays. Its default route and its published ports go to the network
     * with the highest gateway priority.
     *
     * @param connection checked, to a network that it is not in
     * @param hostname of the container
     * @return its place there
     * @throws ConflictException the container has no network namespace of its own
     */
    public Endpoint connect(String containerId, Connection connection, String hostname) {
        Live before = requireOwn(containerId);
        Live now = changed(() -> maker.plug(containerId, before, connection, hostname));
        Endpoint made = now.endpoints().getLast();
        Failpoint.CONNECT_PLUGGED.reached();
        try {
            settle(containerId, now);
        } catch (RuntimeException failed) {
            live.put(containerId, changed(() -> maker.unplug(containerId, now, made)));
            throw failed;
        }
        tell(made, containerId, true);
        return made;
    }

    /**
     * Takes a running container out of a network.
     *
     * @return the place that it had
     * @throws NotFoundException it is not in this one
     */
    public Endpoint disconnect(String containerId, NetworkId network) {
        Live before = requireOwn(containerId);
        Endpoint gone = before.endpoints().stream().filter(endpoint -> endpoint.networkId().equals(network)).findFirst()
                .orElseThrow(() -> new NotFoundException("container " + containerId + " is not connected to the network"));
        Live now = changed(() -> maker.unplug(containerId, before, gone));
        Failpoint.DISCONNECT_UNPLUGGED.reached();
        settle(containerId, now);
        tell(gone, containerId, false);
        return gone;
    }

    private static Live changed(Supplier<Live> change) {
        try {
            return change.get();
        } catch (NativeException | LibNftables.RefusedException refused) {
            throw new InternalException("failed to change the network of a container: " + refused.getMessage(), refused);
        }
    }

    private void settle(String containerId, Live now) {
        live.put(containerId, now);
        records.write(SandboxRecord.of(containerId, now));
        resolvers.settle(containerId);
    }

    private Live requireOwn(String containerId) {
        Live container = live.find(containerId).orElseThrow(() -> new ConflictException("container " + containerId + " is not running"));
        if (container.netns() == null) {
            throw new ConflictException("container " + containerId + " has no network namespace that could be changed now");
        }
        return container;
    }

    /** A running container has another name: others of its user-defined networks find it by that one. */
    public void renamed(String containerId, String name, String hostname) {
        live.find(containerId).ifPresent(before -> {
            Live now = before.named(name, before.endpoints().stream().map(endpoint -> endpoint.isNamed()
                    ? endpoint.named(renamed(endpoint, containerId, before.containerName(), name, hostname)) : endpoint).toList());
            live.put(containerId, now);
            records.write(SandboxRecord.of(containerId, now));
        });
    }

    private static List<String> renamed(Endpoint endpoint, String containerId, String before, String name, String hostname) {
        Set<String> others = Set.copyOf(SandboxRequest.names(containerId, before, hostname, List.of()));
        return SandboxRequest.names(containerId, name, hostname, endpoint.names().stream().filter(known -> !others.contains(known)).toList());
    }

    /**
     * Takes over the sandbox of a container that ran while the engine was away.
     *
     * @param containerId its full id
     * @param containerName its name without slash
     * @param pid its init process, alive; 0 when it waits to be started again: then see {@link #begun}
     * @return endpoints and bindings as they are; {@code netns} and {@code held} are empty, the shim has them
     * @throws NotFoundException nothing is known of its network
     */
    public Sandbox adopt(String containerId, String containerName, int pid) {
        SandboxRecord record = records.read(containerId)
                .orElseThrow(() -> new NotFoundException("no record of the network of container " + containerId));
        Live unattended = record.toLive(containerName, null);
        Live adopted = maker.adopt(containerId, unattended.isOnHost() || pid == 0 ? unattended : unattended.in(ProcessNamespace.NETWORK.of(pid)));
        live.put(containerId, adopted);
        return sandbox(adopted);
    }

    /** A container that had no process when it was taken over has one: others can join its network from now on. */
    public void begun(String containerId, int pid) {
        live.find(containerId).filter(container -> container.netns() == null && !container.isOnHost()).ifPresent(container -> {
            live.put(containerId, container.in(ProcessNamespace.NETWORK.of(pid)));
            if (container.asks()) {
                resolvers.settleLater(List.of(containerId));
            }
        });
    }

    /**
     * To be called once after all running containers have been adopted: removes what this instance left behind of containers that are
     * no more (rules, interfaces, records), and has the name server answer those that run.
     *
     * @param running full ids of the containers that run
     */
    public void forgetAllBut(Collection<String> running) {
        Set<String> keep = Set.copyOf(running);
        for (String containerId : records.containerIds()) {
            if (!keep.contains(containerId)) {
                records.read(containerId).ifPresent(record -> maker.forget(record.toEndpoints()));
                records.delete(containerId);
            }
        }
        maker.restore(live.values().stream().flatMap(container -> container.endpoints().stream()).map(Endpoint::endpointId).toList());
        live.values().forEach(maker::restoreRoute);
        resolvers.settleLater(keep.stream().filter(id -> live.find(id).filter(Live::asks).isPresent()).toList());
    }

    /** The sandbox of a running container as it is, without descriptors; empty when it has none. */
    public Optional<Sandbox> find(String containerId) {
        return live.find(containerId).map(this::sandbox);
    }

    /** Ports that lead nowhere are none. */
    private Sandbox sandbox(Live container) {
        boolean reachable = maker.destination(container.endpoints()) != null;
        return new Sandbox(null, null, container.endpoints(), reachable ? container.bindings() : List.of(), List.of());
    }

    /** The containers' networks stay as they are; when none runs, bridges and rules go too. */
    @Override
    public void close() {
        resolvers.close();
        networks.drivers().close(live.clear());
    }

    private void tell(Endpoint endpoint, String containerId, boolean connected) {
        @Nullable Network network = networks.find(endpoint.networkId()).orElse(null);
        if (network == null) {
            LOG.warn("the network {} of container {} is no more", endpoint.networkName(), containerId);
        } else if (connected) {
            events.connected(network, containerId);
        } else {
            events.disconnected(network, containerId);
        }
    }

    private void undo(String containerId, Sandbox sandbox, RuntimeException cause) {
        try {
            live.remove(containerId).ifPresent(Live::close);
            resolvers.settle(containerId);
            maker.release(containerId, sandbox.endpoints(), sandbox.bindings(), sandbox.netns());
            records.delete(containerId);
        } catch (RuntimeException another) {
            cause.addSuppressed(another);
        }
    }
}
