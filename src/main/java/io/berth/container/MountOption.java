package io.berth.container;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What can be said of a mount of one type, in an entry of {@code Mounts}. All that the engine reads there is named here. */
enum MountOption {

    PROPAGATION("BindOptions.Propagation"),
    NON_RECURSIVE("BindOptions.NonRecursive"),
    CREATE_MOUNTPOINT("BindOptions.CreateMountpoint"),
    READ_ONLY_NON_RECURSIVE("BindOptions.ReadOnlyNonRecursive"),
    READ_ONLY_FORCE_RECURSIVE("BindOptions.ReadOnlyForceRecursive"),
    NO_COPY("VolumeOptions.NoCopy"),
    LABELS("VolumeOptions.Labels"),
    DRIVER_NAME("VolumeOptions.DriverConfig.Name"),
    DRIVER_OPTIONS("VolumeOptions.DriverConfig.Options"),
    VOLUME_SUBPATH("VolumeOptions.Subpath"),
    SIZE_BYTES("TmpfsOptions.SizeBytes"),
    MODE("TmpfsOptions.Mode"),
    TMPFS_OPTIONS("TmpfsOptions.Options"),
    IMAGE_SUBPATH("ImageOptions.Subpath");

    private final String path;

    MountOption(String path) {
        this.path = path;
    }

    /** Where it stands in the entry, with dots. */
    String path() {
        return path;
    }

    /** @param options those of its type, as they came; @return missing where it is not said */
    JsonNode of(@Nullable JsonNode options) {
        JsonNode place = options == null ? JsonNodeFactory.instance.missingNode() : options;
        var steps = path.split("\\.");
        for (int i = 1; i < steps.length; i++) {
            place = place.path(steps[i]);
        }
        return place;
    }
}
