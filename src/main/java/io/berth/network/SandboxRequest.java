package io.berth.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a container needs before it starts.
 *
 * @param containerId its full id
 * @param containerName its name without slash; for messages, events and other containers
 * @param hostname by which others may find it, too; empty for none
 * @param mode its network; for {@link NetworkMode.Container} the full id of the other container
 * @param connections for {@link NetworkMode.Connected}: the networks, in the order of the interfaces
 * @param ports what to publish; must be empty unless the mode is {@link NetworkMode.Connected}
 * @param servers whom the name server of user-defined networks asks for what it does not know; empty for the host's
 * @param owner to whom a network namespace of its own belongs; for {@link NetworkMode.Container} never one that is made
 */
public record SandboxRequest(String containerId, String containerName, String hostname, NetworkMode mode, List<Connection> connections,
        List<PortSpec> ports, List<String> servers, NamespaceOwner owner) {

    private static final int SHORT_ID = 12;

    public SandboxRequest {
        connections = List.copyOf(connections);
        ports = List.copyOf(ports);
        servers = List.copyOf(servers);
    }

    /** By what names others of a user-defined network find a container: name, aliases, short id, host name. */
    static List<String> names(String containerId, String containerName, String hostname, List<String> aliases) {
        var names = new ArrayList<String>();
        Stream.of(Stream.of(containerName), aliases.stream(), Stream.of(containerId.substring(0, Math.min(SHORT_ID, containerId.length())), hostname))
                .flatMap(part -> part).map(name -> name.toLowerCase(Locale.ROOT)).filter(name -> !name.isEmpty()).distinct().forEach(names::add);
        return names;
    }
}
