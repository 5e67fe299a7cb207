package io.berth.container;

import io.berth.json.DockerJson;
import io.berth.network.Connection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The body of {@code ContainerCreate}: what is run, how, and in which networks. Source: Docker Engine API 1.51. */
public record CreateBody(ContainerConfig config, HostConfig hostConfig, List<Connection> connections) {

    /** The paths of its parts, for refusals; that of the config is empty, as its fields stand at the top. */
    public static final String HOST_CONFIG = "HostConfig";
    public static final String NETWORKING_CONFIG = "NetworkingConfig";

    public CreateBody {
        connections = List.copyOf(connections);
    }

    /** @throws io.berth.error.InvalidArgumentException a field is malformed */
    public static CreateBody read(JsonNode body) {
        return of(body, DockerJson.field(body, HOST_CONFIG), DockerJson.field(body, NETWORKING_CONFIG));
    }

    /** Of its three parts. @throws io.berth.error.InvalidArgumentException a field is malformed */
    public static CreateBody of(JsonNode config, @Nullable JsonNode host, @Nullable JsonNode networking) {
        return new CreateBody(DockerJson.convert(config, "", ContainerConfig.class),
                DockerJson.convert(host == null ? DockerJson.MAPPER.createObjectNode() : host, HOST_CONFIG, HostConfig.class),
                EndpointSettings.connections(networking));
    }
}
