package io.berth.network;

import io.berth.error.ForbiddenException;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Networks that are bridges of the host: the default one and those of users. Safe for use by many threads. */
final class BridgeNetworks implements NetworkDriver {

    private final LazyDriver driver;
    private final Supplier<Collection<Network>> users;

    /** @param users the networks that users have made, at any time */
    BridgeNetworks(LazyDriver driver, Supplier<Collection<Network>> users) {
        this.driver = driver;
        this.users = users;
    }

    @Override
    public Network create(Draft draft) {
        BridgeOptions options = BridgeOptions.of(draft.spec().options());
        if (draft.pools().stream().map(pool -> pool.subnet().isIpv6()).distinct().count() < draft.pools().size()) {
            throw new InvalidArgumentException("bridge driver doesn't support multiple subnets");
        }
        requireOwnBridge(draft.id(), options.name());
        Network.Pool ipv4 = Network.Pool.first(draft.pools(), false).map(Network.Pool::gated).orElse(null);
        Network.Pool asked6 = Network.Pool.first(draft.pools(), true).map(Network.Pool::gated).orElse(null);
        Network.Pool ipv6 = draft.spec().ipv6() && asked6 == null ? driver.get().freeIpv6() : asked6;
        return draft.spec().ipv4() && ipv4 == null ? driver.get().create(draft.id(), options, ipv6, found -> draft.with(both(found, ipv6)))
                : driver.get().create(draft.with(both(ipv4, ipv6)));
    }

    private static List<Network.Pool> both(Network.@Nullable Pool ipv4, Network.@Nullable Pool ipv6) {
        return Stream.of(ipv4, ipv6).filter(Objects::nonNull).toList();
    }

    private void requireOwnBridge(NetworkId id, String bridge) {
        users.get().stream().filter(other -> !bridge.isEmpty() && bridge.equals(BridgeOptions.of(other.options()).name())).findFirst()
                .ifPresent(other -> {
                    throw new ForbiddenException("cannot create network %s (%s): conflicts with network %s (%s): networks have same bridge name"
                            .formatted(id, bridge, other.id(), bridge));
                });
    }

    @Override
    public boolean remove(Network network) {
        return driver.get().remove(network);
    }

    @Override
    public String interfacePrefix(Network network) {
        return BridgeOptions.of(network.options()).interfacePrefix();
    }

    @Override
    public boolean leadsOut(Network network) {
        return !network.internal();
    }

    @Override
    public Optional<String> publishedOn(Network network) {
        return Optional.of(BridgeOptions.of(network.options()).hostAddress());
    }

    @Override
    public Endpoint plug(Network network, Fd netns, Links inside, Plug plug) {
        return driver.get().segment(network).plug(netns, inside, plug, driver.get()::reapNow);
    }

    @Override
    public void unplug(Endpoint endpoint, Links inside) {
        driver.get().unplug(endpoint);
    }

    @Override
    public void leave(Endpoint endpoint, @Nullable Fd netns) {
        driver.get().giveBack(endpoint);
    }

    @Override
    public void forget(Endpoint endpoint) {
        driver.get().forget(endpoint);
    }

    @Override
    public boolean adopt(Network network, Endpoint endpoint, @Nullable Fd netns) {
        return driver.get().adopt(network, endpoint);
    }

    @Override
    public void deleteLeftoversBut(Collection<String> endpointIds) {
        driver.get().deleteLeftoversBut(endpointIds);
    }

    @Override
    public void close(boolean idle) {
        driver.close(idle);
    }
}
