package io.berth.engineapi;

import io.berth.container.ContainerLifecycle;
import io.berth.container.ContainerLifecycle.WaitCondition;
import io.berth.container.ContainerLifecycle.WaitResult;
import io.berth.container.ContainerLinks;
import io.berth.container.ContainerUpdates;
import io.berth.container.Containers;
import io.berth.container.CreateBody;
import io.berth.container.CreateRequest;
import io.berth.container.HostConfig;
import io.berth.container.UpdateRequest;
import io.berth.container.MountPoint;
import io.berth.container.ProcessTable;
import io.berth.container.Signals;
import io.berth.disk.Prune;
import io.berth.error.EngineException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.http.ApiVersion;
import io.berth.json.DockerJson;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** {@code Container*} of the Docker Engine API but for its streams. */
@RestController
class ContainersController {

    private static final Set<String> FILTERS = Set.of("ancestor", "before", "expose", "exited", "health", "id", "isolation", "is-task", "label",
            "name", "network", "publish", "since", "status", "volume");

    private final Containers containers;
    private final ContainerLifecycle lifecycle;
    private final ContainerUpdates updates;
    private final ContainerLinks links;
    private final ContainerWire wire;
    private final ContainerSelection selection;
    private final Prune prune;
    private final Clock clock;

    ContainersController(Containers containers, ContainerLifecycle lifecycle, ContainerUpdates updates, ContainerLinks links,
            ContainerWire wire, ContainerSelection selection, Prune prune, Clock clock) {
        this.containers = containers;
        this.lifecycle = lifecycle;
        this.updates = updates;
        this.links = links;
        this.wire = wire;
        this.selection = selection;
        this.prune = prune;
        this.clock = clock;
    }

    @GetMapping("/containers/json")
    List<Wire> list(HttpServletRequest request) {
        var query = Query.of(request);
        var filters = Filters.of(request, FILTERS);
        Integer limit = query.number("limit");
        var version = ApiVersion.of(request);
        boolean all = query.flag("all") || limit != null && limit > 0 || filters.has("status");
        return selection.of(filters).filter(container -> all || container.isRunning())
                .limit(limit == null || limit <= 0 ? Long.MAX_VALUE : limit)
                .map(container -> wire.summary(container, version, query.flag("size") ? ContainerWire.Size.FILES : ContainerWire.Size.NONE))
                .toList();
    }

    @PostMapping("/containers/create")
    Wire create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var query = Query.of(request);
        var body = JsonBody.required(request, JsonNode.class);
        var asked = CreateBody.read(body);
        var platform = PlatformQuery.text(query);
        if (asked.config().image().isEmpty()) {
            throw new InvalidArgumentException("config cannot be empty in order to create a container");
        }
        var version = ApiVersion.of(request);
        requireKnown(version, asked.hostConfig());
        // Before 1.44 a mount that may only be read was so at its top only.
        var made = lifecycle.create(new CreateRequest(query.text("name"), asked.config(), asked.hostConfig(),
                asked.connections(), platform, version.atLeast(44) ? MountPoint.Depth.ALL : MountPoint.Depth.TOP));
        response.setStatus(HttpServletResponse.SC_CREATED);
        return Wire.of("Id", made.container().id().value()).with("Warnings", made.warnings());
    }

    /** An option that a version does not have is refused when to ignore it would give the container more than was meant. */
    private static void requireKnown(ApiVersion version, HostConfig host) {
        for (var mount : host.mounts() == null ? List.<HostConfig.MountAsked>of() : host.mounts()) {
            var bind = mount.bindOptions();
            var volume = mount.volumeOptions();
            if (!version.atLeast(44) && bind != null && bind.path("ReadOnlyForceRecursive").asBoolean(false)) {
                throw new InvalidArgumentException("BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer");
            }
            if (!version.atLeast(45) && volume != null && !volume.path("Subpath").asString("").isEmpty()) {
                throw new InvalidArgumentException("VolumeOptions.Subpath needs API v1.45 or newer");
            }
            if (!version.atLeast(48) && mount.type().equals("image")) {
                throw new InvalidArgumentException("Mount type \"Image\" needs API v1.48 or newer");
            }
        }
    }

    @PostMapping("/containers/{ref}/update")
    Wire update(@PathVariable String ref, HttpServletRequest request) throws IOException {
        var body = JsonBody.required(request, JsonNode.class);
        var asked = DockerJson.convert(body, "", HostConfig.class);
        var policy = DockerJson.field(body, "RestartPolicy");
        var warnings = updates.update(containers.resolve(ref).id(), new UpdateRequest(asked, DockerJson.field(body, "PidsLimit") != null,
                policy != null && DockerJson.field(policy, "Name") instanceof JsonNode name && !name.asString("").isEmpty()));
        return Wire.of("Warnings", warnings);
    }

    @GetMapping("/containers/{ref}/json")
    Wire inspect(@PathVariable String ref, HttpServletRequest request) {
        return wire.inspect(containers.resolve(ref), ApiVersion.of(request), Query.of(request).flag("size"));
    }

    /** By the name of a link. */
    @GetMapping("/containers/{parent}/{alias}/json")
    Wire inspectLinked(@PathVariable String parent, @PathVariable String alias, HttpServletRequest request) {
        return wire.inspect(links.linked(parent, alias), ApiVersion.of(request), Query.of(request).flag("size"));
    }

    @PostMapping("/containers/{ref}/start")
    void start(@PathVariable String ref, HttpServletResponse response) {
        response.setStatus(lifecycle.start(containers.resolve(ref).id()) ? HttpServletResponse.SC_NO_CONTENT : HttpServletResponse.SC_NOT_MODIFIED);
    }

    @PostMapping("/containers/{ref}/stop")
    void stop(@PathVariable String ref, HttpServletRequest request, HttpServletResponse response) {
        var query = Query.of(request);
        boolean stopped = lifecycle.stop(containers.resolve(ref).id(), timeout(query), query.text("signal"));
        response.setStatus(stopped ? HttpServletResponse.SC_NO_CONTENT : HttpServletResponse.SC_NOT_MODIFIED);
    }

    @PostMapping("/containers/{ref}/restart")
    void restart(@PathVariable String ref, HttpServletRequest request, HttpServletResponse response) {
        var query = Query.of(request);
        var id = containers.resolve(ref).id();
        attempt("Cannot restart container " + ref, () -> lifecycle.restart(id, timeout(query), query.text("signal")));
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    /** Names what was tried in the failure, where Docker does. */
    private static void attempt(String what, Runnable action) {
        try {
            action.run();
        } catch (EngineException refused) {
            throw refused.during(what);
        }
    }

    private static @Nullable Duration timeout(Query query) {
        Integer seconds = query.number("t");
        return seconds == null ? null : Duration.ofSeconds(seconds);
    }

    @PostMapping("/containers/{ref}/kill")
    void kill(@PathVariable String ref, HttpServletRequest request, HttpServletResponse response) {
        var signal = Query.of(request).text("signal");
        attempt("cannot kill container: " + ref, () -> {
            if (!signal.isEmpty()) {
                Signals.parse(signal); // what is wrong by itself is told first
            }
            lifecycle.kill(containers.resolve(ref).id(), signal);
        });
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    @PostMapping("/containers/{ref}/pause")
    void pause(@PathVariable String ref, HttpServletResponse response) {
        lifecycle.pause(containers.resolve(ref).id());
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    @PostMapping("/containers/{ref}/unpause")
    void unpause(@PathVariable String ref, HttpServletResponse response) {
        lifecycle.unpause(containers.resolve(ref).id());
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    @PostMapping("/containers/{ref}/rename")
    void rename(@PathVariable String ref, HttpServletRequest request, HttpServletResponse response) {
        lifecycle.rename(containers.resolve(ref).id(), Query.of(request).text("name"));
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    @DeleteMapping("/containers/{ref}")
    void remove(@PathVariable String ref, HttpServletRequest request, HttpServletResponse response) {
        var query = Query.of(request);
        var id = containers.resolve(ref).id();
        if (query.flag("link")) {
            links.refuseOwnName();
        }
        lifecycle.remove(id, query.flag("force"), query.flag("v"));
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    /** The name of a link has two parts: {@code PARENT/ALIAS}. */
    @DeleteMapping("/containers/{parent}/{alias}")
    void removeLink(@PathVariable String parent, @PathVariable String alias, HttpServletRequest request, HttpServletResponse response) {
        if (!Query.of(request).flag("link")) {
            throw new NotFoundException("No such container: " + parent + "/" + alias);
        }
        links.remove(parent, alias);
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    @PostMapping("/containers/{ref}/resize")
    void resize(@PathVariable String ref, HttpServletRequest request) {
        var query = Query.of(request);
        lifecycle.resize(containers.resolve(ref).id(), size(query, "h"), size(query, "w"));
    }

    static int size(Query query, String name) {
        Integer size = query.number(name);
        if (size == null || size < 0 || size > 0xffff) {
            throw new InvalidArgumentException("invalid resize " + (name.equals("h") ? "height" : "width") + " \"" + query.text(name)
                    + "\": must be a number from 0 to 65535");
        }
        return size;
    }

    @GetMapping("/containers/{ref}/top")
    Wire top(@PathVariable String ref, HttpServletRequest request) {
        var asked = request.getParameter("ps_args");
        ProcessTable table = lifecycle.processes(containers.resolve(ref).id(), asked == null ? "-ef" : asked);
        return Wire.of("Titles", table.titles()).with("Processes", table.processes());
    }

    /** The headers go out when the wait is registered: clients start the container only then. */
    @PostMapping("/containers/{ref}/wait")
    void await(@PathVariable String ref, HttpServletRequest request, HttpServletResponse response) throws IOException {
        var condition = switch (Query.of(request).text("condition")) {
            case "", "not-running" -> WaitCondition.NOT_RUNNING;
            case "next-exit" -> WaitCondition.NEXT_EXIT;
            case "removed" -> WaitCondition.REMOVED;
            default -> throw new InvalidArgumentException("invalid condition: \"" + Query.of(request).text("condition") + "\"");
        };
        var result = lifecycle.await(containers.resolve(ref).id(), condition);
        response.setContentType("application/json");
        response.flushBuffer();
        WaitResult end = result.join();
        var answer = Wire.of("StatusCode", end.statusCode());
        if (!end.error().isEmpty()) {
            answer.with("Error", Wire.of("Message", end.error()));
        }
        response.getOutputStream().write(DockerJson.line(answer));
    }

    @PostMapping("/containers/prune")
    Wire prune(HttpServletRequest request) {
        var filters = Filters.of(request, Set.of("label", "label!", "until"));
        var until = filters.until(clock.instant());
        var pruned = prune.containers(container -> filters.labels(container.config().labels())
                && (until == null || container.created().isBefore(until)));
        return Wire.of("ContainersDeleted", pruned.removed().isEmpty() ? null : pruned.removed())
                .with("SpaceReclaimed", pruned.reclaimedBytes());
    }
}
