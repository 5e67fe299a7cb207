package io.berth.engineapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.container.ContainerNetworks;
import io.berth.container.EndpointSettings;
import io.berth.disk.Prune;
import io.berth.error.ForbiddenException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
import io.berth.json.DockerJson;
import io.berth.network.IpText;
import io.berth.network.Network;
import io.berth.network.NetworkSpec;
import io.berth.network.Networks;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code Network*} of the Docker Engine API. */
@RestController
class NetworksController {

    private static final Set<String> FILTERS = Set.of("driver", "id", "label", "name", "scope", "type", "dangling");

    private static final Set<String> TYPES = Set.of("builtin", "custom");
    private static final Set<String> FLAGS = Set.of("true", "1", "false", "0");

    private final Networks networks;
    private final ContainerNetworks connections;
    private final Prune prune;
    private final Clock clock;

    NetworksController(Networks networks, ContainerNetworks connections, Prune prune, Clock clock) {
        this.networks = networks;
        this.connections = connections;
        this.prune = prune;
        this.clock = clock;
    }

    record Creation(@JsonProperty("Name") @Nullable String name, @JsonProperty("Driver") @Nullable String driver,
            @JsonProperty("Scope") @Nullable String scope, @JsonProperty("Internal") boolean internal,
            @JsonProperty("Attachable") boolean attachable, @JsonProperty("Ingress") boolean ingress,
            @JsonProperty("ConfigOnly") boolean configOnly, @JsonProperty("ConfigFrom") @Nullable ConfigFrom configFrom,
            @JsonProperty("EnableIPv4") @Nullable Boolean ipv4, @JsonProperty("EnableIPv6") @Nullable Boolean ipv6,
            @JsonProperty("IPAM") @Nullable Ipam ipam, @JsonProperty("Options") @Nullable Map<String, @Nullable String> options,
            @JsonProperty("Labels") @Nullable Map<String, @Nullable String> labels) {}

    record ConfigFrom(@JsonProperty("Network") @Nullable String network) {}

    record Ipam(@JsonProperty("Driver") @Nullable String driver, @JsonProperty("Options") @Nullable Map<String, @Nullable String> options,
            @JsonProperty("Config") @Nullable List<Pool> config) {}

    record Pool(@JsonProperty("Subnet") @Nullable String subnet, @JsonProperty("IPRange") @Nullable String range,
            @JsonProperty("Gateway") @Nullable String gateway, @JsonProperty("AuxiliaryAddresses") @Nullable Map<String, @Nullable String> reserved) {

        NetworkSpec.PoolSpec spec() {
            return new NetworkSpec.PoolSpec(orEmpty(subnet), orEmpty(range), orEmpty(gateway), DockerJson.textsOrEmpty(reserved));
        }
    }

    record Connecting(@JsonProperty("Container") @Nullable String container, @JsonProperty("EndpointConfig") @Nullable EndpointSettings endpoint) {}

    record Disconnecting(@JsonProperty("Container") @Nullable String container, @JsonProperty("Force") boolean force) {}

    @GetMapping("/networks")
    List<Wire> list(HttpServletRequest request) {
        var filters = Filters.of(request, FILTERS);
        filters.get("type").stream().filter(type -> !TYPES.contains(type)).findFirst().ifPresent(type -> {
            throw new InvalidArgumentException("invalid filter: 'type'='" + type + "'");
        });
        filters.get("dangling").stream().filter(text -> !FLAGS.contains(text)).findFirst().ifPresent(text -> {
            throw new InvalidArgumentException("invalid value for filter 'dangling', must be \"true\" (or \"1\"), or \"false\" (or \"0\")");
        });
        return networks.list().stream()
                .filter(network -> filters.any("name", name -> network.name().contains(name)))
                .filter(network -> filters.any("id", id -> network.id().value().startsWith(id)))
                .filter(network -> filters.any("driver", driver -> network.driver().equals(driver)))
                .filter(network -> filters.any("scope", scope -> network.scope().equals(scope)))
                .filter(network -> filters.any("type", type -> type.equals(network.builtIn() ? "builtin" : "custom")))
                .filter(network -> filters.flag("dangling").map(wanted -> wanted == isDangling(network)).orElse(true))
                .filter(network -> filters.labels(network.labels()))
                .map(network -> wire(network, Map.of())).toList();
    }

    private boolean isDangling(Network network) {
        return !network.builtIn() && !connections.isUsed(network);
    }

    @GetMapping("/networks/{id}")
    Wire inspect(@PathVariable String id) {
        var network = networks.require(id);
        var containers = Wire.object();
        networks.attachments(network.id()).forEach(attachment -> containers.with(attachment.containerId(),
                Wire.of("Name", attachment.containerName()).with("EndpointID", attachment.endpoint().endpointId())
                        .with("MacAddress", attachment.endpoint().mac() == null ? "" : attachment.endpoint().mac().value())
                        .with("IPv4Address", attachment.endpoint().ip() == null ? ""
                                : attachment.endpoint().ip().getHostAddress() + "/" + attachment.endpoint().prefixLength())
                        .with("IPv6Address", attachment.endpoint().ipv6() == null ? ""
                                : IpText.of(attachment.endpoint().ipv6().ip()) + "/" + attachment.endpoint().ipv6().prefixLength())));
        var wire = wire(network, containers);
        var warnings = networks.warnings();
        return warnings.isEmpty() ? wire : wire.with("Warnings", warnings);
    }

    private static Wire wire(Network network, Map<String, ?> containers) {
        return Wire.of("Name", network.name()).with("Id", network.id().value()).with("Created", Wire.time(network.created()))
                .with("Scope", network.scope()).with("Driver", network.driver())
                .with("EnableIPv4", network.families().ipv4()).with("EnableIPv6", network.families().ipv6())
                .with("IPAM", Wire.of("Driver", "default").with("Options", network.builtIn() ? null : Map.of())
                        .with("Config", network.pools().isEmpty() ? null : network.pools().stream().map(NetworksController::pool).toList()))
                .with("Internal", network.internal()).with("Attachable", network.attachable()).with("Ingress", false)
                .with("ConfigFrom", Wire.of("Network", network.configFrom())).with("ConfigOnly", network.configOnly())
                .with("Containers", containers).with("Options", network.options()).with("Labels", network.labels());
    }

    private static Wire pool(Network.Pool pool) {
        var wire = Wire.of("Subnet", pool.subnet().toString());
        if (pool.range() != null) {
            wire.with("IPRange", pool.range().toString());
        }
        if (pool.gateway() != null && !pool.gatewayUnsaid()) {
            wire.with("Gateway", IpText.of(pool.gateway()));
        }
        if (!pool.reserved().isEmpty()) {
            var reserved = Wire.object();
            pool.reserved().forEach((name, address) -> reserved.with(name, IpText.of(address)));
            wire.with("AuxiliaryAddresses", reserved);
        }
        return wire;
    }

    @PostMapping("/networks/create")
    Wire create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var asked = JsonBody.required(request, Creation.class);
        refuseClusters(asked);
        var ipam = asked.ipam();
        var pools = ipam == null || ipam.config() == null ? List.<NetworkSpec.PoolSpec>of() : ipam.config().stream().map(Pool::spec).toList();
        var spec = new NetworkSpec(orEmpty(asked.name()), orEmpty(asked.driver()), Boolean.TRUE.equals(asked.ipv6()),
                asked.internal(), asked.attachable(), ipam == null ? "" : orEmpty(ipam.driver()), pools,
                DockerJson.textsOrEmpty(asked.options()), DockerJson.textsOrEmpty(asked.labels()), !Boolean.FALSE.equals(asked.ipv4()));
        var made = asked.configOnly() ? networks.createConfiguration(spec) : networks.create(spec, configFrom(asked));
        response.setStatus(HttpServletResponse.SC_CREATED);
        return Wire.of("Id", made.id().value()).with("Warning", String.join("\n", networks.warnings()));
    }

    /** What only several hosts have, and what is not built. */
    private static void refuseClusters(Creation asked) {
        if (asked.configOnly() && (asked.ingress() || asked.internal() || asked.attachable() || !orEmpty(asked.scope()).isEmpty())) {
            throw new ForbiddenException("configuration network can only contain network specific fields. Network operator fields like "
                    + "[ ingress | internal | attachable | scope ] are not supported.");
        }
        if (asked.configOnly() && !configFrom(asked).isEmpty()) {
            throw new ForbiddenException("a configuration network cannot depend on another configuration network");
        }
        if (asked.ingress()) {
            throw new ForbiddenException("Ingress network can only be global scope network");
        }
        if ("swarm".equals(asked.scope()) || "global".equals(asked.scope())) {
            throw new ForbiddenException("this node is not a swarm manager. Networks of scope swarm are not available on a single host");
        }
    }

    private static String configFrom(Creation asked) {
        return asked.configFrom() == null ? "" : orEmpty(asked.configFrom().network());
    }

    @DeleteMapping("/networks/{id}")
    void remove(@PathVariable String id, HttpServletResponse response) {
        networks.remove(id);
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    @PostMapping("/networks/prune")
    Wire prune(HttpServletRequest request) {
        var filters = Filters.of(request, Set.of("label", "label!", "until"));
        var until = filters.until(clock.instant());
        var pruned = prune.networks(network -> filters.labels(network.labels()) && (until == null || network.created().isBefore(until)));
        return Wire.of("NetworksDeleted", pruned.removed().isEmpty() ? null : pruned.removed());
    }

    @PostMapping("/networks/{id}/connect")
    void connect(@PathVariable String id, HttpServletRequest request) throws IOException {
        var asked = JsonBody.required(request, Connecting.class);
        connections.connect(required(asked.container()), EndpointSettings.connection(id, asked.endpoint()));
    }

    @PostMapping("/networks/{id}/disconnect")
    void disconnect(@PathVariable String id, HttpServletRequest request) throws IOException {
        connections.disconnect(required(JsonBody.required(request, Disconnecting.class).container()), id);
    }

    private static String required(@Nullable String container) {
        if (container == null || container.isEmpty()) {
            throw new InvalidArgumentException("invalid JSON: Container: the name or id of a container is missing");
        }
        return container;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
