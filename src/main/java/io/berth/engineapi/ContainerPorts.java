package io.berth.engineapi;

import io.berth.container.Container;
import io.berth.network.PortBinding;
import io.berth.network.Sandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Ports in the two forms of the wire. */
final class ContainerPorts {

    private ContainerPorts() {}

    /** {@code NetworkSettings.Ports}: exposed ones with null, published ones with their bindings; IPv4 first. */
    static Map<String, @Nullable List<Wire>> map(Container container, @Nullable Sandbox sandbox) {
        var ports = new TreeMap<String, @Nullable List<Wire>>();
        if (sandbox == null) {
            return ports;
        }
        if (container.config().exposedPorts() != null) {
            container.config().exposedPorts().keySet().forEach(port -> ports.put(port.contains("/") ? port : port + "/tcp", null));
        }
        for (var binding : sandbox.bindings()) {
            var list = ports.get(binding.containerKey());
            var known = list == null ? new ArrayList<Wire>() : new ArrayList<>(list);
            known.add(Wire.of("HostIp", binding.hostIp()).with("HostPort", Integer.toString(binding.hostPort())));
            ports.put(binding.containerKey(), known);
        }
        return ports;
    }

    /** {@code Ports} of a list. */
    static List<Wire> flat(Container container, @Nullable Sandbox sandbox) {
        var ports = new ArrayList<Wire>();
        if (sandbox == null) {
            return ports;
        }
        var published = new TreeSet<String>();
        for (PortBinding binding : sandbox.bindings()) {
            published.add(binding.containerKey());
            ports.add(Wire.of("IP", binding.hostIp()).with("PrivatePort", binding.containerPort()).with("PublicPort", binding.hostPort())
                    .with("Type", binding.protocol().toString()));
        }
        var exposed = container.config().exposedPorts();
        if (exposed != null) {
            exposed.keySet().stream().map(port -> port.contains("/") ? port : port + "/tcp").filter(port -> !published.contains(port))
                    .forEach(port -> ports.add(Wire.of("PrivatePort", Integer.parseInt(port.substring(0, port.indexOf('/'))))
                            .with("Type", port.substring(port.indexOf('/') + 1))));
        }
        return ports;
    }
}
