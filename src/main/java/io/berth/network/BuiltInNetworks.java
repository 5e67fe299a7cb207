package io.berth.network;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The three networks that every instance has. Their ids are derived from the instance's name, so they stay the same for ever. */
final class BuiltInNetworks {

    static final String BRIDGE = "bridge";
    static final String HOST = "host";
    static final String NONE = "none";

    private final String instance;
    private final Instant created;

    BuiltInNetworks(String instance, Instant created) {
        this.instance = instance;
        this.created = created;
    }

    /** The default bridge with the options that clients look for. */
    Network bridge(Bridge bridge) {
        return new Network(id(BRIDGE), BRIDGE, "bridge", List.of(bridge.found()), Network.Families.IPV4, false, false,
                Map.of("com.docker.network.bridge.default_bridge", "true",
                        "com.docker.network.bridge.enable_icc", "true",
                        "com.docker.network.bridge.enable_ip_masquerade", "true",
                        "com.docker.network.bridge.host_binding_ipv4", "0.0.0.0",
                        "com.docker.network.bridge.name", bridge.name(),
                        "com.docker.network.driver.mtu", Integer.toString(bridge.mtu())),
                Map.of(), created, "", false);
    }

    Network host() {
        return new Network(id(HOST), HOST, "host", List.of(), Network.Families.IPV4, false, false, Map.of(), Map.of(), created, "", false);
    }

    Network none() {
        return new Network(id(NONE), NONE, "null", List.of(), Network.Families.IPV4, false, false, Map.of(), Map.of(), created, "", false);
    }

    static boolean isBuiltIn(String name) {
        return name.equals(BRIDGE) || name.equals(HOST) || name.equals(NONE);
    }

    private NetworkId id(String name) {
        return new NetworkId(HexFormat.of().formatHex(InterfaceNames.sha256(instance + "/network/" + name)));
    }
}
