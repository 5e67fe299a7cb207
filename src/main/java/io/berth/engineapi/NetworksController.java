package io.berth.engineapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.ForbiddenException;
import io.berth.error.NotImplementedException;
import io.berth.network.Network;
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

    private final Networks networks;
    private final Clock clock;

    NetworksController(Networks networks, Clock clock) {
        this.networks = networks;
        this.clock = clock;
    }

    record Creation(@JsonProperty("Name") @Nullable String name, @JsonProperty("Driver") @Nullable String driver,
            @JsonProperty("Options") @Nullable Map<String, String> options, @JsonProperty("Labels") @Nullable Map<String, String> labels) {}

    @GetMapping("/networks")
    List<Wire> list(HttpServletRequest request) {
        var filters = Filters.of(request, FILTERS);
        return networks.list().stream()
                .filter(network -> filters.any("name", name -> network.name().contains(name)))
                .filter(network -> filters.any("id", id -> network.id().value().startsWith(id)))
                .filter(network -> filters.any("driver", driver -> network.driver().equals(driver)))
                .filter(network -> filters.any("scope", scope -> network.scope().equals(scope)))
                .filter(network -> filters.any("type", type -> type.equals(network.builtIn() ? "builtin" : "custom")))
                .filter(network -> filters.flag("dangling").map(wanted -> !wanted).orElse(true))
                .filter(network -> filters.labels(network.labels()))
                .map(network -> wire(network, Map.of())).toList();
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
                        .with("IPv6Address", "")));
        return wire(network, containers);
    }

    private static Wire wire(Network network, Map<String, ?> containers) {
        var pools = network.pools().stream().map(pool -> Wire.of("Subnet", pool.subnet().toString()).with("Gateway", pool.gateway().getHostAddress()))
                .toList();
        return Wire.of("Name", network.name()).with("Id", network.id().value()).with("Created", Wire.time(network.created()))
                .with("Scope", network.scope()).with("Driver", network.driver()).with("EnableIPv4", true).with("EnableIPv6", false)
                .with("IPAM", Wire.of("Driver", "default").with("Options", null).with("Config", pools)).with("Internal", network.internal())
                .with("Attachable", false).with("Ingress", false).with("ConfigFrom", Wire.of("Network", "")).with("ConfigOnly", false)
                .with("Containers", containers).with("Options", network.options()).with("Labels", network.labels());
    }

    @PostMapping("/networks/create")
    Wire create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var asked = DockerJson.required(request, Creation.class);
        var made = networks.create(asked.name() == null ? "" : asked.name(), asked.driver() == null ? "bridge" : asked.driver(),
                asked.options() == null ? Map.of() : asked.options(), asked.labels() == null ? Map.of() : asked.labels());
        response.setStatus(HttpServletResponse.SC_CREATED);
        return Wire.of("Id", made.id().value()).with("Warning", "");
    }

    @DeleteMapping("/networks/{id}")
    void remove(@PathVariable String id, HttpServletResponse response) {
        networks.remove(id);
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    @PostMapping("/networks/prune")
    Wire prune(HttpServletRequest request) {
        Filters.of(request, Set.of("label", "label!", "until")).until(clock.instant());
        // Only networks of users are ever pruned, and there are none.
        return Wire.of("NetworksDeleted", null);
    }

    @PostMapping({"/networks/{id}/connect", "/networks/{id}/disconnect"})
    void connect(@PathVariable String id) {
        var network = networks.require(id);
        if (network.name().equals("host")) {
            throw new ForbiddenException("container cannot be disconnected from host network or connected to host network");
        }
        throw new NotImplementedException("not supported yet: connecting containers to further networks");
    }
}
