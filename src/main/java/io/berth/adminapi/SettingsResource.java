package io.berth.adminapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.container.AskedSettings;
import io.berth.container.ContainerConfig;
import io.berth.container.ContainerLifecycle;
import io.berth.container.ContainerRecreation;
import io.berth.container.ContainerUpdates;
import io.berth.container.ContainerViews;
import io.berth.container.Containers;
import io.berth.container.HostConfig;
import io.berth.error.ConflictException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What containers were asked to be, and other settings for them: in place where that is possible, else by making them anew. */
@RestController
@RequestMapping("/api/v1/containers/{ref}")
class SettingsResource {

    private final Containers containers;
    private final AskedSettings settings;
    private final ContainerUpdates updates;
    private final ContainerRecreation recreation;
    private final ContainerLifecycle lifecycle;
    private final ContainerViews views;

    SettingsResource(Containers containers, AskedSettings settings, ContainerUpdates updates, ContainerRecreation recreation,
            ContainerLifecycle lifecycle, ContainerViews views) {
        this.containers = containers;
        this.settings = settings;
        this.updates = updates;
        this.recreation = recreation;
        this.lifecycle = lifecycle;
        this.views = views;
    }

    /**
     * Settings, as a container is created with.
     *
     * @param imageMoved the image's name leads to another image by now: a container that is made anew has that one
     */
    record Settings(String id, String name, boolean running, boolean imageMoved, ContainerConfig config, HostConfig hostConfig, Networking networkingConfig) {}

    /** {@code NetworkingConfig}. */
    record Networking(@JsonProperty("EndpointsConfig") Map<String, Map<String, Object>> endpoints) {}

    @GetMapping("/settings")
    Settings settings(@PathVariable String ref) {
        var container = containers.resolve(ref);
        var asked = settings.of(container);
        return new Settings(container.id().value(), container.name(), container.isRunning(), settings.isImageMoved(container), asked.config(),
                asked.hostConfig(), new Networking(AskedSettings.endpoints(asked.connections())));
    }

    /** Changes a container where it is. @throws ConflictException a setting can only be changed by making it anew */
    @PutMapping("/settings")
    ContainerResource.Made change(@PathVariable String ref, @RequestBody ContainerWish wish) {
        var container = containers.resolve(ref);
        var request = wish.request();
        var changed = settings.differences(container, request);
        var fixed = ContainerUpdates.fixed(changed.paths(), changed.update().asked());
        if (!fixed.isEmpty()) {
            throw new ConflictException("these settings can only be changed by making the container anew: " + String.join(", ", fixed));
        }
        List<String> warnings = new ArrayList<>();
        if (!changed.paths().isEmpty()) {
            warnings.addAll(updates.update(container.id(), changed.update()));
        }
        if (!request.name().isEmpty() && !request.name().equals(container.name())) {
            lifecycle.rename(container.id(), request.name());
        }
        return new ContainerResource.Made(views.of(containers.require(container.id())), warnings);
    }

    /** Makes a container anew, with other settings; see {@link ContainerRecreation#recreate}. */
    @PostMapping("/recreate")
    ContainerResource.Made recreate(@PathVariable String ref, @RequestBody ContainerWish wish) {
        var made = recreation.recreate(containers.resolve(ref).id(), wish.request());
        return new ContainerResource.Made(views.of(made.container()), made.warnings());
    }
}
