package io.berth.adminapi;

import io.berth.container.ContainerView;
import io.berth.container.ContainerViews;
import io.berth.container.ContainerConfig;
import io.berth.container.ContainerLifecycle;
import io.berth.container.Containers;
import io.berth.container.CreateRequest;
import io.berth.container.HostConfig;
import io.berth.container.MountPoint;
import io.berth.error.InvalidArgumentException;
import io.berth.insight.LossView;
import io.berth.insight.Losses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Containers: list, look at, create, start, stop, remove. */
@RestController
@RequestMapping("/api/v1/containers")
class ContainerResource {

    private static final String LOOPBACK = "127.0.0.1";

    private final Containers containers;
    private final ContainerLifecycle lifecycle;
    private final ContainerViews views;
    private final Losses losses;

    ContainerResource(Containers containers, ContainerLifecycle lifecycle, ContainerViews views, Losses losses) {
        this.containers = containers;
        this.lifecycle = lifecycle;
        this.views = views;
        this.losses = losses;
    }

    /** A list on the wire. */
    record Items<T>(List<T> items) {}

    /** A port to publish; on the loopback unless an address is given. */
    record Port(int containerPort, @Nullable Integer hostPort, @Nullable String hostIp, @Nullable String protocol) {}

    /** @param cpus how many; fractions are fine */
    record Limits(@Nullable Long memoryBytes, @Nullable Double cpus, @Nullable Long pids) {}

    /** A container that is asked for. */
    record Creation(@Nullable String image, @Nullable String name, @Nullable List<String> command, @Nullable List<String> environment,
            @Nullable List<Port> ports, @Nullable Limits limits, @Nullable Boolean start) {}

    @GetMapping
    Items<ContainerView> list() {
        return new Items<>(containers.list().stream().map(views::of).toList());
    }

    @GetMapping("/{ref}")
    ContainerView get(@PathVariable String ref) {
        return views.of(containers.resolve(ref));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ContainerView create(@RequestBody Creation asked) {
        if (asked.image() == null || asked.image().isBlank()) {
            throw new InvalidArgumentException("image is missing: name the image to make the container of");
        }
        var made = lifecycle.create(new CreateRequest(asked.name() == null ? "" : asked.name(), config(asked), host(asked), List.of(), null,
                MountPoint.Depth.ALL)).container();
        if (Boolean.TRUE.equals(asked.start())) {
            lifecycle.start(made.id());
        }
        return views.of(containers.require(made.id()));
    }

    @PostMapping("/{ref}/start")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void start(@PathVariable String ref) {
        lifecycle.start(containers.resolve(ref).id());
    }

    @PostMapping("/{ref}/stop")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void stop(@PathVariable String ref) {
        lifecycle.stop(containers.resolve(ref).id(), null, null);
    }

    /** @param dryRun nothing is removed: the answer says what would be lost */
    @DeleteMapping("/{ref}")
    ResponseEntity<LossView> remove(@PathVariable String ref, @RequestParam(defaultValue = "false") boolean force,
            @RequestParam(defaultValue = "false") boolean volumes, @RequestParam(defaultValue = "false") boolean dryRun) throws IOException {
        var container = containers.resolve(ref);
        if (dryRun) {
            return ResponseEntity.ok(losses.of(container, volumes));
        }
        lifecycle.remove(container.id(), force, volumes);
        return ResponseEntity.noContent().build();
    }

    private static ContainerConfig config(Creation asked) {
        var config = new HashMap<String, Object>();
        config.put("Image", asked.image());
        config.put("Tty", false);
        if (asked.command() != null && !asked.command().isEmpty()) {
            config.put("Cmd", asked.command());
        }
        if (asked.environment() != null) {
            config.put("Env", asked.environment());
        }
        var exposed = new HashMap<String, Object>();
        ports(asked).forEach(port -> exposed.put(key(port), Map.of()));
        config.put("ExposedPorts", exposed);
        return EngineFields.as(ContainerConfig.class, config);
    }

    private static HostConfig host(Creation asked) {
        var host = new HashMap<String, Object>();
        var bindings = new HashMap<String, List<Map<String, String>>>();
        ports(asked).forEach(port -> bindings.computeIfAbsent(key(port), key -> new ArrayList<>()).add(Map.of(
                "HostIp", port.hostIp() == null ? LOOPBACK : port.hostIp(),
                "HostPort", port.hostPort() == null || port.hostPort() == 0 ? "" : Integer.toString(port.hostPort()))));
        host.put("PortBindings", bindings);
        var limits = asked.limits();
        if (limits != null) {
            host.put("Memory", limits.memoryBytes() == null ? 0 : limits.memoryBytes());
            host.put("NanoCpus", limits.cpus() == null ? 0 : EngineFields.nanoCpus(limits.cpus()));
            host.put("PidsLimit", limits.pids());
        }
        return EngineFields.as(HostConfig.class, host);
    }

    private static List<Port> ports(Creation asked) {
        return asked.ports() == null ? List.of() : asked.ports();
    }

    private static String key(Port port) {
        return port.containerPort() + "/" + (port.protocol() == null ? "tcp" : port.protocol());
    }
}
