package io.berth.engineapi;

import io.berth.http.ApiVersion;
import io.berth.image.HistoryLine;
import io.berth.image.Image;
import io.berth.image.ImageManifest;
import io.berth.oci.ImageConfig;
import io.berth.oci.RunConfig;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Images as the Docker Engine API shows them. What a version of it has is what Docker Engine 28 gives to clients of that version. */
final class ImageWire {

    private static final int EMPTY_LISTS = 43;
    private static final int NO_VIRTUAL_SIZE = 44;
    private static final int NO_CONTAINER = 45;
    private static final int IMAGE_FIELDS_ONLY = 50;

    private ImageWire() {}

    static Wire summary(Image image, List<String> tags, int containers, long sizeBytes, long sharedBytes) {
        var labels = image.config().config().labels();
        return Wire.of("Containers", containers).with("Created", image.created().getEpochSecond()).with("Id", image.id().toString())
                .with("Labels", labels.isEmpty() ? null : labels).with("ParentId", "").with("RepoDigests", ImageReferences.digests(image))
                .with("RepoTags", tags).with("SharedSize", sharedBytes).with("Size", sizeBytes);
    }

    /** With the size under its second name, which clients of before 1.44 have. */
    static Wire sized(Wire summary, ApiVersion version) {
        return version.atLeast(NO_VIRTUAL_SIZE) ? summary : summary.with("VirtualSize", summary.get("Size"));
    }

    /** An entry of the list of images: before 1.43 what has no name is listed under one that says so, and no list is empty. */
    static Wire listed(Wire summary, ApiVersion version) {
        if (version.atLeast(EMPTY_LISTS)) {
            return sized(summary, version);
        }
        boolean hasTags = !List.of().equals(summary.get("RepoTags"));
        boolean hasDigests = !List.of().equals(summary.get("RepoDigests"));
        if (!hasTags) {
            summary.with("RepoTags", hasDigests ? null : List.of("<none>:<none>"));
        }
        if (!hasDigests) {
            summary.with("RepoDigests", hasTags ? null : List.of("<none>@<none>"));
        }
        return sized(summary, version);
    }

    /** @param foldersTopFirst where its layers are; empty when they are not there */
    static Wire inspect(Image image, List<Path> foldersTopFirst, ApiVersion version) {
        var config = image.config();
        var wire = Wire.of("Id", image.id().toString()).with("RepoTags", ImageReferences.tags(image))
                .with("RepoDigests", ImageReferences.digests(image)).with("Parent", "").with("Comment", comment(config));
        if (config.created() != null || !version.atLeast(NO_VIRTUAL_SIZE)) {
            wire.with("Created", Wire.time(config.created()));
        }
        wire.with("DockerVersion", config.extra().dockerVersion()).with("Author", config.author())
                .with("Config", config(config.config(), version)).with("Architecture", config.architecture());
        if (config.variant() != null && !config.variant().isEmpty()) {
            wire.with("Variant", config.variant());
        }
        if (!version.atLeast(NO_CONTAINER)) {
            withContainer(wire, image, version);
        }
        wire.with("Os", config.os());
        if (!config.extra().osVersion().isEmpty()) {
            wire.with("OsVersion", config.extra().osVersion());
        }
        wire.with("Size", image.sizeBytes());
        if (!version.atLeast(NO_VIRTUAL_SIZE)) {
            wire.with("VirtualSize", image.sizeBytes());
        }
        return wire.with("GraphDriver", Wire.of("Name", "overlay2").with("Data", layers(foldersTopFirst)))
                .with("RootFS", Wire.of("Type", "layers").with("Layers", config.diffIds().stream().map(Object::toString).toList()))
                .with("Metadata", Wire.of("LastTagTime", Wire.time(image.lastTagged())));
    }

    private static String comment(ImageConfig config) {
        return !config.extra().comment().isEmpty() || config.history().isEmpty() ? config.extra().comment() : config.history().getLast().comment();
    }

    /** An image is not mounted itself: it has no merged folder and no work folder. */
    private static Wire layers(List<Path> foldersTopFirst) {
        var wire = Wire.object();
        if (foldersTopFirst.size() > 1) {
            wire.with("LowerDir", foldersTopFirst.stream().skip(1).map(Path::toString).collect(Collectors.joining(":")));
        }
        return foldersTopFirst.isEmpty() ? wire : wire.with("UpperDir", foldersTopFirst.getFirst().toString());
    }

    /** What answers had before 1.45: Compose 1 looks here for the volumes whose data a container is to keep when it is made anew. */
    static Wire withContainer(Wire wire, Image image, ApiVersion version) {
        return wire.with("ContainerConfig", config(image.config().config(), version));
    }

    /** Docker shows some fields that are not set, and up to 1.49 those of a container, too. */
    private static Wire config(RunConfig config, ApiVersion version) {
        var wire = Wire.object();
        if (!version.atLeast(IMAGE_FIELDS_ONLY)) {
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
                .with("Shell", orNull(config.shell()));
        for (String optional : List.of("Healthcheck", "StopSignal", "Shell")) {
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
