package io.berth.engineapi;

import io.berth.http.ApiVersion;
import io.berth.image.HistoryLine;
import io.berth.image.Image;
import io.berth.image.ImageManifest;
import io.berth.oci.RunConfig;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Images as the Docker Engine API shows them. */
final class ImageWire {

    private ImageWire() {}

    static Wire summary(Image image, List<String> tags, int containers, long sizeBytes, long sharedBytes) {
        var labels = image.config().config().labels();
        return Wire.of("Containers", containers).with("Created", image.created().getEpochSecond()).with("Id", image.id().toString())
                .with("Labels", labels.isEmpty() ? null : labels).with("ParentId", "").with("RepoDigests", ImageReferences.digests(image))
                .with("RepoTags", tags).with("SharedSize", sharedBytes).with("Size", sizeBytes).with("VirtualSize", sizeBytes);
    }

    static Wire inspect(Image image, ApiVersion version) {
        var config = image.config();
        var wire = Wire.of("Id", image.id().toString()).with("RepoTags", ImageReferences.tags(image))
                .with("RepoDigests", ImageReferences.digests(image)).with("Parent", "")
                .with("Comment", config.history().isEmpty() ? "" : config.history().getLast().comment())
                .with("Created", Wire.time(image.created())).with("DockerVersion", "").with("Author", config.author())
                .with("Config", config(config.config(), version)).with("Architecture", config.architecture());
        if (config.variant() != null && !config.variant().isEmpty()) {
            wire.with("Variant", config.variant());
        }
        if (!version.atLeast(45)) {
            withContainer(wire, image, version);
        }
        wire.with("Os", config.os()).with("Size", image.sizeBytes());
        if (!version.atLeast(44)) {
            wire.with("VirtualSize", image.sizeBytes());
        }
        return wire.with("GraphDriver", Wire.of("Name", "overlay2").with("Data", Map.of()))
                .with("RootFS", Wire.of("Type", "layers").with("Layers", config.diffIds().stream().map(Object::toString).toList()))
                .with("Metadata", Wire.of("LastTagTime", Wire.time(image.lastTagged())));
    }

    /** What answers had before 1.45: Compose 1 looks here for the volumes whose data a container is to keep when it is made anew. */
    static Wire withContainer(Wire wire, Image image, ApiVersion version) {
        return wire.with("Container", "").with("ContainerConfig", config(image.config().config(), version));
    }

    /** Docker shows some fields that are not set, and up to 1.49 those of a container, too. */
    private static Wire config(RunConfig config, ApiVersion version) {
        var wire = Wire.object();
        if (!version.atLeast(50)) {
            wire.with("Hostname", "").with("Domainname", "").with("AttachStdin", false).with("AttachStdout", false).with("AttachStderr", false)
                    .with("Tty", false).with("OpenStdin", false).with("StdinOnce", false).with("Image", "");
        }
        wire.with("User", config.user());
        if (!config.exposedPorts().isEmpty()) {
            wire.with("ExposedPorts", Wire.keys(config.exposedPorts()));
        }
        wire.with("Env", orNull(config.env())).with("Cmd", config.cmd()).with("Healthcheck", config.healthcheck())
                .with("Volumes", config.volumes().isEmpty() ? null : Wire.keys(config.volumes())).with("WorkingDir", config.workingDir())
                .with("Entrypoint", config.entrypoint()).with("OnBuild", orNull(config.onBuild()))
                .with("Labels", config.labels().isEmpty() ? null : config.labels()).with("StopSignal", config.stopSignal())
                .with("StopTimeout", config.stopTimeoutSeconds()).with("Shell", orNull(config.shell()));
        for (String optional : List.of("Healthcheck", "StopSignal", "StopTimeout", "Shell")) {
            if (wire.get(optional) == null || "".equals(wire.get(optional))) {
                wire.remove(optional);
            }
        }
        return wire;
    }

    private static @Nullable Collection<String> orNull(Collection<String> values) {
        return values.isEmpty() ? null : values;
    }

    /** @param users ids of the containers that use the image */
    static Wire manifest(ImageManifest manifest, List<String> users) {
        var wire = Wire.of("ID", manifest.descriptor().digest().toString()).with("Descriptor", manifest.descriptor()).with("Available", manifest.available())
                .with("Size", Wire.of("Content", manifest.contentBytes()).with("Total", manifest.contentBytes() + manifest.unpackedBytes()));
        if (!manifest.isImage()) {
            return wire.with("Kind", "attestation").with("AttestationData", Wire.of("For", manifest.about()));
        }
        return wire.with("Kind", "image").with("ImageData", Wire.of("Platform", manifest.platform())
                .with("Containers", manifest.available() ? users : List.of()).with("Size", Wire.of("Unpacked", manifest.unpackedBytes())));
    }

    static Wire history(HistoryLine step) {
        return Wire.of("Id", step.imageId() == null ? "<missing>" : step.imageId().toString())
                .with("Created", step.created() == null ? 0 : step.created().getEpochSecond()).with("CreatedBy", step.createdBy())
                .with("Tags", step.tags().isEmpty() ? null : step.tags()).with("Size", step.sizeBytes()).with("Comment", step.comment());
    }
}
