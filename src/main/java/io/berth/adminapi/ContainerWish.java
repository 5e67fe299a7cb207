package io.berth.adminapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.container.ContainerConfig;
import io.berth.container.CreateBody;
import io.berth.container.CreateRequest;
import io.berth.container.EndpointSettings;
import io.berth.container.HostConfig;
import io.berth.container.MountPoint;
import io.berth.error.InvalidArgumentException;
import io.berth.json.DockerJson;
import io.berth.json.JsonRefusal;
import io.berth.json.RecordFields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A container that is asked for: in a few words, in all settings of the Docker Engine API by its names, or in both. What is said twice is
 * refused, and so is what no setting has for a name.
 *
 * @param platform that the image must be for, {@code os[/arch[/variant]]}; null for any
 * @param command the program's arguments, or the program where the image has no entrypoint
 * @param start start it when it is made
 * @param config {@code Config} of the Docker Engine API
 * @param hostConfig {@code HostConfig}; a port of {@code PortBindings} without an address is published on all of them
 * @param networkingConfig {@code NetworkingConfig}
 */
record ContainerWish(@Nullable String image, @Nullable String name, @Nullable String platform, @Nullable List<String> command,
        @Nullable List<String> environment, @Nullable List<Port> ports, @Nullable Limits limits, @Nullable Boolean start, @Nullable JsonNode config,
        @Nullable JsonNode hostConfig, @Nullable JsonNode networkingConfig) {

    private static final String LOOPBACK = "127.0.0.1";

    /** A port to publish; on the loopback unless an address is given. */
    record Port(int containerPort, @Nullable Integer hostPort, @Nullable String hostIp, @Nullable String protocol) {

        String key() {
            return containerPort + "/" + (protocol == null ? "tcp" : protocol);
        }

        Map<String, String> binding() {
            return Map.of("HostIp", hostIp == null ? LOOPBACK : hostIp, "HostPort", hostPort == null || hostPort == 0 ? "" : Integer.toString(hostPort));
        }
    }

    /** What {@code NetworkingConfig} has. */
    private record Networking(@JsonProperty("EndpointsConfig") Map<String, EndpointSettings> endpoints) {}

    /** @param cpus how many; fractions are fine */
    record Limits(@Nullable Long memoryBytes, @Nullable Double cpus, @Nullable Long pids) {}

    /** @throws InvalidArgumentException it is malformed; the rest is checked where it is made */
    CreateRequest request() {
        var settings = part("config", "", config, ContainerConfig.class);
        var host = part("hostConfig", CreateBody.HOST_CONFIG, hostConfig, HostConfig.class);
        shortForm(settings, host);
        if (settings.path("Image").asString("").isBlank()) {
            throw new InvalidArgumentException("image is missing: name the image to make the container of").at("image");
        }
        var body = CreateBody.of(settings, host, networks());
        return new CreateRequest(name == null ? "" : name, body.config(), body.hostConfig(), body.connections(), EngineFields.platform(platform), MountPoint.Depth.ALL);
    }

    private static ObjectNode part(String field, String path, @Nullable JsonNode given, Class<?> type) {
        if (given == null || given.isNull()) {
            return DockerJson.MAPPER.createObjectNode();
        }
        if (!(given instanceof ObjectNode object)) {
            throw new InvalidArgumentException("invalid JSON: " + field + ": expected an object").at(field);
        }
        JsonRefusal.checkTexts(object, path);
        RecordFields.requireKnown(object, path, type);
        return object.deepCopy();
    }

    private @Nullable JsonNode networks() {
        if (networkingConfig == null || networkingConfig.isNull()) {
            return null;
        }
        JsonRefusal.checkTexts(networkingConfig, CreateBody.NETWORKING_CONFIG);
        RecordFields.requireKnown(networkingConfig, CreateBody.NETWORKING_CONFIG, Networking.class);
        return networkingConfig;
    }

    private void shortForm(ObjectNode settings, ObjectNode host) {
        say("image", settings, "Image", image);
        say("command", settings, "Cmd", command == null || command.isEmpty() ? null : command);
        say("environment", settings, "Env", environment);
        if (ports != null && !ports.isEmpty()) {
            var exposed = new HashMap<String, Object>();
            var bindings = new HashMap<String, List<Map<String, String>>>();
            ports.forEach(port -> {
                exposed.put(port.key(), Map.of());
                bindings.computeIfAbsent(port.key(), key -> new ArrayList<>()).add(port.binding());
            });
            say("ports", settings, "ExposedPorts", exposed);
            say("ports", host, "PortBindings", bindings);
        }
        if (limits != null) {
            say("limits.memoryBytes", host, "Memory", limits.memoryBytes());
            say("limits.cpus", host, "NanoCpus", limits.cpus() == null ? null : EngineFields.nanoCpus(limits.cpus()));
            say("limits.pids", host, "PidsLimit", limits.pids());
        }
    }

    private static void say(String field, ObjectNode part, String name, @Nullable Object value) {
        if (value == null) {
            return;
        }
        if (DockerJson.field(part, name) != null) {
            throw new InvalidArgumentException(field + ": " + name + " says it already").at(field);
        }
        part.set(name, DockerJson.MAPPER.valueToTree(value));
    }
}
