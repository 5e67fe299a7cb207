package io.berth.insight;

import io.berth.container.Container;
import io.berth.container.ContainerChanges;
import io.berth.container.ContainerState;
import io.berth.container.Containers;
import io.berth.error.NotFoundException;
import io.berth.image.Image;
import io.berth.image.Images;
import io.berth.insight.FilesView.Layer;
import io.berth.insight.FilesView.Mount;
import io.berth.insight.FilesView.Writable;
import io.berth.oci.HistoryEntry;
import io.berth.storage.Snapshotter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The union file systems of containers: layers that are shared, one that is written, and what is mounted over them. */
@Component
public class FileSystems {

    private static final String MEANING = "What this container has written, changed or deleted. It is nowhere else, and goes when the container is removed.";

    private final Containers containers;
    private final ContainerChanges changes;
    private final Images images;
    private final Snapshotter snapshotter;

    FileSystems(Containers containers, ContainerChanges changes, Images images, Snapshotter snapshotter) {
        this.containers = containers;
        this.changes = changes;
        this.images = images;
        this.snapshotter = snapshotter;
    }

    /** As it is now. */
    public FilesView of(Container container) {
        var pid = container.state() instanceof ContainerState.Running running ? running.pid() : null;
        var mountinfo = pid == null ? null : "/proc/" + pid + "/mountinfo";
        return new FilesView(container.state().word(), End.of(container), images.find(container.imageId()).map(this::layers).orElse(List.of()),
                writable(container), container.mounts().stream().map(mount -> new Mount(mount.type().word(), mount.name(), mount.source(),
                        mount.destination(), mount.writable(), mountinfo)).toList());
    }

    private List<Layer> layers(Image image) {
        var steps = image.config().history().stream().filter(step -> !step.emptyLayer()).map(HistoryEntry::createdBy).toList();
        var all = images.list();
        var standing = containers.list().stream().map(container -> images.find(container.imageId())).flatMap(Optional::stream).toList();
        var layers = new ArrayList<Layer>();
        try {
            for (int i = 0; i < image.chain().size(); i++) {
                var chain = image.chain().get(i);
                layers.add(new Layer(i + 1, image.config().rootfs().diffIds().get(i).toString(), chain.toString(), i < steps.size() ? steps.get(i) : "",
                        snapshotter.usage(chain).bytes(), all.stream().filter(other -> other.chain().contains(chain)).count(),
                        standing.stream().filter(other -> other.chain().contains(chain)).count(),
                        snapshotter.foldersTopFirst(chain).getFirst().toString()));
            }
            return layers;
        } catch (NotFoundException removed) {
            // The image was removed meanwhile.
            return List.of();
        }
    }

    private @Nullable Writable writable(Container container) {
        try {
            var usage = changes.usage(container.id());
            return snapshotter.active(container.id().value()).map(active -> new Writable(usage.bytes(), usage.inodes(), active.upper().toString(), MEANING))
                    .orElse(null);
        } catch (NotFoundException none) {
            return null;
        }
    }
}
