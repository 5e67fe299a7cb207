package io.berth.adminapi;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.berth.container.ContainerId;
import io.berth.container.ContainerLifecycle;
import io.berth.container.ContainerView;
import io.berth.container.ContainerViews;
import io.berth.container.Containers;
import io.berth.insight.LossView;
import io.berth.insight.Losses;
import java.io.IOException;
import java.util.List;
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

    /** A container that was made. @param warnings what of the wish this host cannot honour, a sentence each */
    record Made(@JsonUnwrapped ContainerView container, List<String> warnings) {}

    @GetMapping
    Items<ContainerView> list() {
        return new Items<>(containers.list().stream().map(views::of).toList());
    }

    @GetMapping("/{ref}")
    ContainerView get(@PathVariable String ref) {
        return views.of(containers.resolve(ref));
    }

    /** All of it or nothing: a container that was to be started and does not start is not there afterwards. */
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Made create(@RequestBody ContainerWish wish) {
        var made = lifecycle.create(wish.request());
        var id = made.container().id();
        if (Boolean.TRUE.equals(wish.start())) {
            startOrRemove(id);
        }
        return new Made(views.of(containers.require(id)), made.warnings());
    }

    private void startOrRemove(ContainerId id) {
        try {
            lifecycle.start(id);
        } catch (RuntimeException failed) {
            try {
                lifecycle.remove(id, true, true);
            } catch (RuntimeException another) {
                failed.addSuppressed(another);
            }
            throw failed;
        }
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
}
