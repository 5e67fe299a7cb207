package io.berth.container;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import io.berth.json.DockerJson;
import io.berth.network.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code EndpointSettings} of the Docker Engine API in a request: how a container is to be connected to a network. */
public record EndpointSettings(@JsonProperty("IPAMConfig") @Nullable Addresses addresses, @JsonProperty("Links") @Nullable List<String> links,
        @JsonProperty("Aliases") @Nullable List<String> aliases, @JsonProperty("MacAddress") @Nullable String mac,
        @JsonProperty("DriverOpts") @Nullable Map<String, @Nullable String> options, @JsonProperty("GwPriority") @Nullable Integer priority) {

    /** {@code EndpointIPAMConfig}. */
    public record Addresses(@JsonProperty("IPv4Address") @Nullable String four, @JsonProperty("IPv6Address") @Nullable String six,
            @JsonProperty("LinkLocalIPs") @Nullable List<String> linkLocal) {}

    /** The connections that {@code NetworkingConfig} of a create asks for, by names or ids of networks. */
    static List<Connection> connections(@Nullable JsonNode networking) {
        var endpoints = networking == null ? null : DockerJson.field(networking, "EndpointsConfig");
        if (endpoints == null) {
            return List.of();
        }
        String where = "NetworkingConfig.EndpointsConfig";
        if (!endpoints.isObject()) {
            throw new InvalidArgumentException("invalid JSON: " + where + ": expected an object").at(where);
        }
        var connections = new ArrayList<Connection>();
        endpoints.properties().forEach(entry -> connections.add(connection(entry.getKey(),
                entry.getValue().isNull() ? null : DockerJson.convert(entry.getValue(), where + "." + entry.getKey(), EndpointSettings.class))));
        return connections;
    }

    /** One connection. @param network name or id; {@code asked} is null when nothing is */
    public static Connection connection(String network, @Nullable EndpointSettings asked) {
        if (asked == null) {
            return Connection.to(network);
        }
        var addresses = asked.addresses();
        return new Connection(network, "", asked.aliases() == null ? List.of() : asked.aliases(), asked.links() == null ? List.of() : asked.links(),
                addresses == null ? "" : orEmpty(addresses.four()), addresses == null ? "" : orEmpty(addresses.six()), orEmpty(asked.mac()),
                asked.priority() == null ? 0 : asked.priority(), DockerJson.textsOrEmpty(asked.options()),
                addresses == null || addresses.linkLocal() == null ? List.of() : addresses.linkLocal());
    }

    /** What a connection was asked to be, in the names of the wire; what was not asked is left out. */
    static Map<String, Object> fields(Connection asked) {
        var addresses = new LinkedHashMap<String, Object>();
        put(addresses, "IPv4Address", asked.address());
        put(addresses, "IPv6Address", asked.address6());
        put(addresses, "LinkLocalIPs", asked.linkLocal());
        var fields = new LinkedHashMap<String, Object>();
        put(fields, "IPAMConfig", addresses);
        put(fields, "Links", asked.links());
        put(fields, "Aliases", asked.aliases());
        put(fields, "MacAddress", asked.mac());
        put(fields, "DriverOpts", asked.options());
        put(fields, "GwPriority", asked.gatewayPriority());
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, Object value) {
        if (!List.of("", 0, List.of(), Map.of()).contains(value)) {
            fields.put(name, value);
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
