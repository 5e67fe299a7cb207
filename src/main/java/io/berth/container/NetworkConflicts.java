package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.network.NetworkMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options that a container cannot have with the network of another one, or of the host, in Docker's words. */
final class NetworkConflicts {

    private static final String UNDEFINED = " networking can't be used with links. This would result in undefined behavior";

    private NetworkConflicts() {}

    /** @param asked as it was asked, before there is anything by default */
    static void check(ContainerConfig asked, HostConfig host) {
        switch (NetworkMode.parse(host.networkMode())) {
            case NetworkMode.Container _ -> checkShared(asked, host);
            case NetworkMode.Host _ -> {
                refuse(text(asked.macAddress()), "mac-address and the network mode");
                if (any(host.links())) {
                    throw new InvalidArgumentException("conflicting options: host type" + UNDEFINED);
                }
            }
            case NetworkMode.Connected _, NetworkMode.None _ -> { }
        }
    }

    private static void checkShared(ContainerConfig asked, HostConfig host) {
        refuse(text(asked.hostname()), "hostname and the network mode");
        if (any(host.links())) {
            throw new InvalidArgumentException("conflicting options: container type network can't be used with links. "
                    + "This would result in undefined behavior");
        }
        refuse(any(host.dns()), "dns and the network mode");
        refuse(any(host.extraHosts()), "custom host-to-IP mapping and the network mode");
        refuse(text(asked.macAddress()), "mac-address and the network mode");
        refuse(!host.portBindings().isEmpty() || host.publishAllPorts(), "port publishing and the container type network mode");
        Map<String, Object> exposed = asked.exposedPorts();
        refuse(exposed != null && !exposed.isEmpty(), "port exposing and the container type network mode");
    }

    private static void refuse(boolean conflict, String what) {
        if (conflict) {
            throw new InvalidArgumentException("conflicting options: " + what);
        }
    }

    private static boolean any(@Nullable List<String> list) {
        return list != null && !list.isEmpty();
    }

    private static boolean text(@Nullable String text) {
        return text != null && !text.isEmpty();
    }
}
