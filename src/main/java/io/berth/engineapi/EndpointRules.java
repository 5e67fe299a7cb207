package io.berth.engineapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import io.berth.network.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code EndpointSettings} of a request: how a container is to be connected to a network. */
final class EndpointRules {

    private EndpointRules() {}

    record Asked(@JsonProperty("IPAMConfig") @Nullable Addresses addresses, @JsonProperty("Links") @Nullable List<String> links,
            @JsonProperty("Aliases") @Nullable List<String> aliases, @JsonProperty("MacAddress") @Nullable String mac,
            @JsonProperty("DriverOpts") @Nullable Map<String, @Nullable String> options, @JsonProperty("GwPriority") @Nullable Integer priority) {}

    record Addresses(@JsonProperty("IPv4Address") @Nullable String four, @JsonProperty("IPv6Address") @Nullable String six,
            @JsonProperty("LinkLocalIPs") @Nullable List<String> linkLocal) {}

    /** The connections that {@code NetworkingConfig} of a create asks for, by names or ids of networks. */
    static List<Connection> connections(@Nullable JsonNode networking) {
        var endpoints = networking == null ? null : DockerJson.field(networking, "EndpointsConfig");
        if (endpoints == null) {
            return List.of();
        }
        String where = "NetworkingConfig.EndpointsConfig";
        if (!endpoints.isObject()) {
            throw new InvalidArgumentException("invalid JSON: " + where + ": expected an object");
        }
        var connections = new ArrayList<Connection>();
        endpoints.properties().forEach(entry -> connections.add(connection(entry.getKey(),
                entry.getValue().isNull() ? null : DockerJson.convert(entry.getValue(), where + "." + entry.getKey(), Asked.class))));
        return connections;
    }

    /** One connection. @param network name or id; {@code asked} is null when nothing is */
    static Connection connection(String network, @Nullable Asked asked) {
        if (asked == null) {
            return Connection.to(network);
        }
        var addresses = asked.addresses();
        return new Connection(network, "", asked.aliases() == null ? List.of() : asked.aliases(), asked.links() == null ? List.of() : asked.links(),
                addresses == null ? "" : orEmpty(addresses.four()), addresses == null ? "" : orEmpty(addresses.six()), orEmpty(asked.mac()),
                asked.priority() == null ? 0 : asked.priority(), DockerJson.texts(asked.options()),
                addresses == null || addresses.linkLocal() == null ? List.of() : addresses.linkLocal());
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
