package io.berth.container;

import io.berth.image.Image;
import io.berth.image.ImageCommit;
import io.berth.oci.ImageReference;
import io.berth.oci.RunConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes images of containers. Safe for use by many threads. */
@Component
public class ContainerCommit {

    /**
     * What a client wants.
     *
     * @param config what the image shall say of its process, completed by what the container says; null for the container's alone
     * @param changes Dockerfile instructions that change the config
     * @param pause a running container stands still while its files are read
     */
    public record Request(@Nullable ContainerConfig config, List<String> changes, @Nullable ImageReference name, String author, String comment,
            boolean pause) {}

    private final Containers containers;
    private final ContainerLifecycle lifecycle;
    private final ContainerChanges changes;
    private final ImageCommit images;

    ContainerCommit(Containers containers, ContainerLifecycle lifecycle, ContainerChanges changes, ImageCommit images) {
        this.containers = containers;
        this.lifecycle = lifecycle;
        this.changes = changes;
        this.images = images;
    }

    /** Makes an image of the container's files as they are, and of its config; durable when this returns. */
    public Image commit(ContainerId id, Request request) {
        var container = containers.require(id);
        boolean pauses = request.pause() && container.state() instanceof ContainerState.Running(_, _, boolean paused) && !paused;
        if (pauses) {
            lifecycle.pause(id);
        }
        Image image;
        try {
            image = images.commit(wanted(container, request), out -> changes.writeLayer(id, out));
        } finally {
            if (pauses && containers.find(id).filter(Container::isPaused).isPresent()) {
                lifecycle.unpause(id);
            }
        }
        containers.record(container, "commit", Map.of("comment", request.comment(), "imageID", image.id().toString(),
                "imageRef", request.name() == null ? "" : request.name().withDefaultTag().familiar()));
        return image;
    }

    private static ImageCommit.Request wanted(Container container, Request request) {
        var own = runConfig(container.config());
        var asked = request.config() == null ? own : runConfig(request.config());
        var command = container.config().cmd();
        return new ImageCommit.Request(container.imageId(), asked, own, request.changes(), request.author(), request.comment(),
                command == null ? "" : String.join(" ", command), request.name());
    }

    /** What of a container's config an image says too. */
    private static RunConfig runConfig(ContainerConfig config) {
        return new RunConfig(text(config.user()), keys(config.exposedPorts()), list(config.env()), config.entrypoint(), config.cmd(),
                keys(config.volumes()), text(config.workingDir()), config.labels(), text(config.stopSignal()), config.stopTimeout(),
                config.healthcheck(), list(config.shell()), list(config.onBuild()));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static List<String> list(@Nullable List<String> value) {
        return value == null ? List.of() : value;
    }

    private static Set<String> keys(@Nullable Map<String, Object> value) {
        return value == null ? Set.of() : value.keySet();
    }
}
