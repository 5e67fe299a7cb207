package io.berth.engineapi;

import io.berth.container.Containers;
import io.berth.error.InvalidArgumentException;
import io.berth.http.ApiVersion;
import io.berth.image.ImageDisk;
import io.berth.volume.Volume;
import io.berth.volume.VolumeUsers;
import io.berth.volume.Volumes;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code SystemDataUsage} and {@code BuildPrune} of the Docker Engine API. Sizes are what the disk has less when a thing is gone. */
@RestController
class DiskController {

    private static final List<String> TYPES = List.of("container", "image", "volume", "build-cache");

    private final Containers containers;
    private final ContainerWire containerWire;
    private final ImageDisk images;
    private final Volumes volumes;
    private final VolumeUsers volumeUsers;

    DiskController(Containers containers, ContainerWire containerWire, ImageDisk images, Volumes volumes, VolumeUsers volumeUsers) {
        this.containers = containers;
        this.containerWire = containerWire;
        this.images = images;
        this.volumes = volumes;
        this.volumeUsers = volumeUsers;
    }

    @GetMapping("/system/df")
    Wire usage(HttpServletRequest request) {
        var version = ApiVersion.of(request);
        var types = types(Query.of(request).all("type"), version);
        boolean withImages = types.contains("image");
        var wire = Wire.of("LayersSize", withImages ? images.totalBytes() : 0).with("Images", withImages ? imageList(version) : null)
                .with("Containers", types.contains("container")
                        ? containers.list().stream().map(one -> containerWire.summary(one, version, ContainerWire.Size.DISK)).toList() : null)
                .with("Volumes", types.contains("volume") ? volumeList() : null)
                .with("BuildCache", types.contains("build-cache") ? List.of() : null);
        return version.atLeast(42) ? wire : wire.with("BuilderSize", 0);
    }

    private static Set<String> types(List<String> asked, ApiVersion version) {
        asked.stream().filter(type -> !TYPES.contains(type)).findFirst().ifPresent(type -> {
            throw new InvalidArgumentException("unknown object type: " + type);
        });
        return new LinkedHashSet<>(asked.isEmpty() || !version.atLeast(42) ? TYPES : asked);
    }

    private List<Wire> imageList(ApiVersion version) {
        return images.shares().stream().map(share -> ImageWire.sized(ImageWire.summary(share.image(), ImageReferences.tags(share.image()),
                containers.ofImage(share.image().id()).size(), share.bytes(), share.sharedBytes()), version)).toList();
    }

    /** What a volume's options mount is not on this disk. */
    private List<Wire> volumeList() {
        return volumes.list().stream().filter(volume -> volume.options().isEmpty()).map(this::volume).toList();
    }

    private Wire volume(Volume volume) {
        return VolumesController.wire(volume).with("UsageData", Wire.of("Size", volumes.usageBytes(volume.name()))
                .with("RefCount", volumeUsers.usersOf(volume.name()).size()));
    }

    /** Clients ask this of every engine when they tidy up. */
    @PostMapping("/build/prune")
    Wire pruneBuilds() {
        return Wire.of("CachesDeleted", null).with("SpaceReclaimed", 0);
    }
}
