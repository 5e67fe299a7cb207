package io.berth.adminapi;

import io.berth.container.ContainerId;
import io.berth.container.ContainerLifecycle;
import io.berth.container.ContainerView;
import io.berth.container.ContainerViews;
import io.berth.container.Containers;
import io.berth.error.InvalidArgumentException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What is done with a container that is there: restart, kill, pause, unpause, rename. */
@RestController
@RequestMapping("/api/v1/containers/{ref}")
class ContainerActionResource {

    private final Containers containers;
    private final ContainerLifecycle lifecycle;
    private final ContainerViews views;

    ContainerActionResource(Containers containers, ContainerLifecycle lifecycle, ContainerViews views) {
        this.containers = containers;
        this.lifecycle = lifecycle;
        this.views = views;
    }

    /** A name that is asked for. */
    record Rename(@Nullable String name) {}

    /** Stops it, by its own stop signal and timeout, when it runs; starts it. */
    @PostMapping("/restart")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void restart(@PathVariable String ref) {
        lifecycle.restart(id(ref), null, null);
    }

    /** @param signal its name or number; SIGKILL when it is missing */
    @PostMapping("/kill")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void kill(@PathVariable String ref, @RequestParam(defaultValue = "") String signal) {
        lifecycle.kill(id(ref), signal);
    }

    @PostMapping("/pause")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void pause(@PathVariable String ref) {
        lifecycle.pause(id(ref));
    }

    @PostMapping("/unpause")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unpause(@PathVariable String ref) {
        lifecycle.unpause(id(ref));
    }

    @PostMapping("/rename")
    ContainerView rename(@PathVariable String ref, @RequestBody Rename asked) {
        if (asked.name() == null || asked.name().isBlank()) {
            throw new InvalidArgumentException("name is missing: give the new name of the container");
        }
        var id = id(ref);
        lifecycle.rename(id, asked.name());
        return views.of(containers.require(id));
    }

    private ContainerId id(String ref) {
        return containers.resolve(ref).id();
    }
}
