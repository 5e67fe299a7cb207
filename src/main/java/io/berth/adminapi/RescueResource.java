package io.berth.adminapi;

import io.berth.container.Container;
import io.berth.container.ContainerChanges;
import io.berth.container.ContainerRescue;
import io.berth.container.Containers;
import io.berth.disk.Prune;
import io.berth.error.InvalidArgumentException;
import io.berth.insight.Growth;
import io.berth.insight.GrowthView;
import io.berth.insight.LossView;
import io.berth.insight.Losses;
import io.berth.operation.Operation;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What containers have written and what becomes of it: rescued into volumes, downloaded, or gone with those that are pruned. */
@RestController
@RequestMapping("/api/v1")
class RescueResource {

    private final Containers containers;
    private final ContainerRescue rescues;
    private final ContainerChanges changes;
    private final Losses losses;
    private final Prune prune;
    private final Growth growth;

    RescueResource(Containers containers, ContainerRescue rescues, ContainerChanges changes, Losses losses, Prune prune,
            Growth growth) {
        this.containers = containers;
        this.rescues = rescues;
        this.changes = changes;
        this.losses = losses;
        this.prune = prune;
        this.growth = growth;
    }

    /** A folder and the volume that it is to become. */
    record Folder(@Nullable String path, @Nullable String volume) {

        ContainerRescue.Asked asked() {
            return new ContainerRescue.Asked(path == null ? "" : path, volume == null ? "" : volume);
        }
    }

    /** One folder, or several that become volumes in one step. */
    record Rescuing(@Nullable String path, @Nullable String volume, @Nullable List<Folder> folders) {}

    /** @param ids of those that may go; null: all that do not run */
    record Pruning(@Nullable List<String> ids) {}

    /** What would be gone. @param items of all containers that would go, also of those that have written nothing */
    record PruneView(List<LossView> items) {}

    /** What is gone. @param items full ids @param reclaimedBytes of the disk */
    record PrunedView(List<String> items, long reclaimedBytes) {}

    /** A container that runs is stopped for it and started again. */
    @PostMapping("/containers/{ref}/rescue")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Operation rescue(@PathVariable String ref, @RequestBody Rescuing asked, Principal user) {
        var folders = new ArrayList<ContainerRescue.Asked>();
        if (asked.path() != null || asked.volume() != null) {
            folders.add(new Folder(asked.path(), asked.volume()).asked());
        }
        if (asked.folders() != null) {
            asked.folders().forEach(folder -> folders.add(folder.asked()));
        }
        return rescues.begin(containers.resolve(ref).id(), folders, user.getName());
    }

    /** What exists only in the container's own layer, as a tar archive; what it has deleted of its image is left out. */
    @GetMapping("/containers/{ref}/changes/archive")
    void archive(@PathVariable String ref, @RequestParam(defaultValue = "/") String path, HttpServletResponse response) throws IOException {
        var container = containers.resolve(ref);
        if (!path.startsWith("/")) {
            throw new InvalidArgumentException("path: is to be absolute: say /" + path);
        }
        RawBody.attach(response, fileName(container, path), "application/x-tar");
        changes.archive(container.id(), path, response.getOutputStream());
    }

    private static String fileName(Container container, String path) {
        return container.name() + path.replaceAll("[^a-zA-Z0-9_.]+", "-").replaceFirst("-$", "") + ".tar";
    }

    /** Running containers whose own layer holds much, as last measured. */
    @GetMapping("/unprotected")
    ContainerResource.Items<GrowthView> unprotected() {
        return new ContainerResource.Items<>(growth.list());
    }

    /** Removes containers that do not run. @param dryRun nothing is removed: the answer says what would be lost */
    @PostMapping("/containers/prune")
    ResponseEntity<Object> prune(@RequestParam(defaultValue = "false") boolean dryRun, @RequestBody(required = false) @Nullable Pruning asked)
            throws IOException {
        var ids = asked == null || asked.ids() == null ? null : Set.copyOf(asked.ids());
        if (!dryRun) {
            var pruned = prune.containers(container -> isWanted(ids, container));
            return ResponseEntity.ok(new PrunedView(pruned.removed(), pruned.reclaimedBytes()));
        }
        var views = new ArrayList<LossView>();
        for (var container : containers.list()) {
            if (!container.isRunning() && isWanted(ids, container)) {
                views.add(losses.of(container, false));
            }
        }
        return ResponseEntity.ok(new PruneView(views));
    }

    private static boolean isWanted(@Nullable Set<String> ids, Container container) {
        return ids == null || ids.contains(container.id().value());
    }
}
