package io.berth.container;

import io.berth.image.ImageUse;
import io.berth.image.ImageUsers;
import io.berth.oci.Digest;
import io.berth.volume.VolumeUsers;
import java.util.List;
import org.springframework.stereotype.Component;

/** Tells images and volumes which containers use them. */
@Component
class ContainerUses implements ImageUsers, VolumeUsers {

    private final Containers containers;

    ContainerUses(Containers containers) {
        this.containers = containers;
    }

    @Override
    public List<ImageUse> usersOf(Digest imageId) {
        return containers.ofImage(imageId).stream().map(container -> new ImageUse(container.id().value(), container.isRunning())).toList();
    }

    @Override
    public List<String> usersOf(String volume) {
        return containers.list().stream().filter(container -> container.mounts().stream().anyMatch(mount -> volume.equals(mount.volume())))
                .map(container -> container.id().value()).toList();
    }
}
