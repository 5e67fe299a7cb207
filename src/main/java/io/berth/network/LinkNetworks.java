package io.berth.network;

import io.berth.error.ConflictException;
import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Networks whose containers are on a link of the host beside the host itself: macvlan or ipvlan. They publish no ports, and no firewall of
 * the engine is on their way. Safe for use by many threads.
 */
final class LinkNetworks implements NetworkDriver {

    private static final String PREFIX = "eth";

    private final LinkKind kind;
    private final ParentLinks parents;
    private final SubnetAllocator subnets;
    private final LinkReaper reaper;
    private final Supplier<Collection<Network>> users;
    private final Supplier<List<Endpoint>> onRecord;
    /** Guarded by this. */
    private final Map<NetworkId, LinkSegment> segments = new HashMap<>();

    /**
     * @param parents of networks of all kinds; closed with this
     * @param subnets free ones
     * @param users the networks that users have made, at any time
     * @param onRecord endpoints of containers that may still run
     */
    LinkNetworks(LinkKind kind, ParentLinks parents, SubnetAllocator subnets, LinkReaper reaper, Supplier<Collection<Network>> users,
            Supplier<List<Endpoint>> onRecord) {
        this.kind = kind;
        this.parents = parents;
        this.subnets = subnets;
        this.reaper = reaper;
        this.users = users;
        this.onRecord = onRecord;
    }

    @Override
    public synchronized Network create(Draft draft) {
        LinkOptions options = LinkOptions.of(kind, draft.spec().options());
        requireShareable(options);
        parents.requireKnown(kind);
        Network network = draft.with(gated(draft, options));
        parents.ensure(LinkSegment.parent(network, kind), options.parent().isEmpty());
        segments.put(network.id(), new LinkSegment(network, kind, parents, Set.of()));
        return network;
    }

    /** What containers of several networks on one parent cannot do at a time. */
    private void requireShareable(LinkOptions asked) {
        for (Network other : users.get()) {
            if (!other.driver().equals(kind.word()) || asked.parent().isEmpty() || !LinkOptions.parent(other.options()).equals(asked.parent())) {
                continue;
            }
            if (!kind.sharesParent()) {
                throw new ConflictException("network %s is already using parent interface %s".formatted(kind.ownParent(other.id()), asked.parent()));
            }
            if (asked.isPassthru()) {
                throw new ConflictException("cannot use mode passthru, macvlan network %s is already using parent interface %s"
                        .formatted(other.id(), asked.parent()));
            }
            if (LinkOptions.of(kind, other.options()).isPassthru()) {
                throw new ConflictException("macvlan network %s is already using parent interface %s in mode passthru"
                        .formatted(other.id(), asked.parent()));
            }
        }
    }

    /** The subnets, and a free one of each family that has none; with gateways where there is a way out over one. */
    private List<Network.Pool> gated(Draft draft, LinkOptions options) {
        var pools = new ArrayList<>(draft.pools());
        for (boolean ipv6 : new boolean[] {false, true}) {
            boolean wanted = ipv6 ? draft.spec().ipv6() : draft.spec().ipv4();
            if (wanted && Network.Pool.first(pools, ipv6).isEmpty()) {
                pools.add(new Network.Pool(subnets.choose(parents.subnets(taken()), ipv6), null, null, Map.of(), false));
            }
        }
        boolean routed = LinkSegment.leadsOut(draft.with(pools)) && !options.isRouted();
        return routed ? pools.stream().map(Network.Pool::gated).toList() : pools;
    }

    /** By networks that may not be on the host yet. */
    private List<Subnet> taken() {
        return users.get().stream().flatMap(network -> network.pools().stream()).map(Network.Pool::subnet).toList();
    }

    @Override
    public synchronized boolean remove(Network network) {
        LinkSegment segment = segments.get(network.id());
        if (segment != null && !segment.close()) {
            return false;
        }
        segments.remove(network.id());
        String parent = LinkSegment.parent(network, kind);
        if (users.get().stream().noneMatch(other -> !other.id().equals(network.id()) && LinkOptions.parent(other.options()).equals(parent))) {
            parents.drop(parent);
        }
        return true;
    }

    private synchronized LinkSegment segment(Network network) {
        return segments.computeIfAbsent(network.id(), id -> new LinkSegment(network, kind, parents, onRecord.get().stream()
                .filter(endpoint -> endpoint.networkId().equals(id)).flatMap(endpoint -> endpoint.addresses().stream()).toList()));
    }

    private synchronized Optional<LinkSegment> opened(Endpoint endpoint) {
        return Optional.ofNullable(segments.get(endpoint.networkId()));
    }

    @Override
    public String interfacePrefix(Network network) {
        return PREFIX;
    }

    @Override
    public boolean leadsOut(Network network) {
        return LinkSegment.leadsOut(network);
    }

    @Override
    public Optional<String> publishedOn(Network network) {
        return Optional.empty();
    }

    @Override
    public Endpoint plug(Network network, Fd netns, Links inside, Plug plug) {
        return segment(network).plug(netns, inside, plug, reaper::reapNow);
    }

    @Override
    public void unplug(Endpoint endpoint, Links inside) {
        inside.find(endpoint.interfaceName()).ifPresent(inside::delete);
        opened(endpoint).ifPresent(LinkSegment::leave);
        forget(endpoint);
    }

    @Override
    public void leave(Endpoint endpoint, @Nullable Fd netns) {
        opened(endpoint).ifPresent(LinkSegment::leave);
        if (netns == null) {
            forget(endpoint);
        } else {
            reaper.seeOff(netns, endpoint.interfaceName(), () -> forget(endpoint));
        }
    }

    @Override
    public void forget(Endpoint endpoint) {
        opened(endpoint).ifPresent(segment -> endpoint.addresses().forEach(segment::free));
    }

    @Override
    public boolean adopt(Network network, Endpoint endpoint, @Nullable Fd netns) {
        boolean there = !endpoint.addresses().isEmpty() && (netns == null || isThere(netns, endpoint.interfaceName()));
        if (there) {
            segment(network).adopt(endpoint.addresses());
        }
        return there;
    }

    private static boolean isThere(Fd netns, String name) {
        try (Links inside = Links.of(netns)) {
            return inside.find(name).isPresent();
        }
    }

    @Override
    public void deleteLeftoversBut(Collection<String> endpointIds) {
        parents.dropAllBut(parentsInUse());
    }

    /** Those of all kinds: they share what stands on the host. */
    private Set<String> parentsInUse() {
        return users.get().stream().flatMap(network -> Stream.concat(Stream.of(LinkOptions.parent(network.options())),
                Stream.of(LinkKind.values()).map(any -> any.ownParent(network.id())))).collect(Collectors.toSet());
    }

    @Override
    public void close(boolean idle) {
        // It gives addresses back meanwhile, for which it needs this.
        reaper.close();
        synchronized (this) {
            if (idle && !segments.isEmpty()) {
                parents.dropAllBut(Set.of());
            }
            segments.clear();
        }
        parents.close();
    }
}
