package io.berth.network;

import io.berth.error.ForbiddenException;
import io.berth.error.NotFoundException;
import io.berth.error.NotImplementedException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** The kinds of networks that users can make, by the names of their drivers. */
final class NetworkDrivers {

    private static final Set<String> NOT_BUILT = Set.of("overlay");

    private final NetworkDriver bridges;
    private final Map<String, NetworkDriver> others;

    /** @param others by the names of their drivers */
    NetworkDrivers(NetworkDriver bridges, Map<String, NetworkDriver> others) {
        this.bridges = bridges;
        this.others = Map.copyOf(others);
    }

    /**
     * The driver that a request names.
     *
     * @throws NotFoundException there is none of that name
     * @throws NotImplementedException there could be one
     */
    NetworkDriver named(String name) {
        if (Set.of("", "default", "bridge").contains(name)) {
            return bridges;
        }
        NetworkDriver driver = others.get(name);
        if (driver == null && NOT_BUILT.contains(name)) {
            throw new NotImplementedException("not supported yet: networks of driver " + name);
        }
        if (driver == null) {
            throw new NotFoundException("plugin \"" + name + "\" not found");
        }
        return driver;
    }

    /** The driver of a network that containers can be in. @throws ForbiddenException it is a configuration for others */
    NetworkDriver of(Network network) {
        if (network.configOnly()) {
            throw new ForbiddenException("cannot create endpoint on configuration-only network");
        }
        return others.getOrDefault(network.driver(), bridges);
    }

    void deleteLeftoversBut(Collection<String> endpointIds) {
        others.values().forEach(driver -> driver.deleteLeftoversBut(endpointIds));
        bridges.deleteLeftoversBut(endpointIds);
    }

    /** Stops what runs in this process. @param idle no container of this instance runs: what the kernel has goes, too */
    void close(boolean idle) {
        others.values().forEach(driver -> driver.close(idle));
        bridges.close(idle);
    }
}
