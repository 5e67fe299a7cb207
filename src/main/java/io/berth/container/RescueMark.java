package io.berth.container;

import io.berth.instance.DurableFile;
import io.berth.instance.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * What of a rescue is on its way, beside the container's data: with it the next start of the engine finishes or undoes what this one does not
 * live to end.
 *
 * @param key a random one, which the volumes of this rescue have as a label: no other volume is ever taken for one of them
 * @param wasRunning the container was stopped for it
 */
record RescueMark(String key, boolean wasRunning, List<Folder> folders) {

    /** The label of volumes that were made of a container's files. */
    static final String LABEL = "io.berth.rescue";

    private static final JsonMapper JSON = new JsonMapper();

    RescueMark {
        folders = List.copyOf(folders);
    }

    /** @param path absolute, without links @param volume that is made of it */
    record Folder(String path, String volume) {

        /** Relative to the root. */
        String relative() {
            return path.substring(1);
        }
    }

    /** The container is as it was, or as a user has it since: nobody starts it for this rescue any more. */
    RescueMark settled() {
        return new RescueMark(key, false, folders);
    }

    /** Whether the container has the volumes. */
    boolean isCommitted(Container container) {
        return folders.stream().allMatch(folder -> container.mounts().stream()
                .anyMatch(mount -> folder.volume().equals(mount.volume()) && folder.path().equals(mount.destination())));
    }

    static Optional<RescueMark> read(ContainerFolder folder) {
        try {
            return Files.exists(folder.rescue()) ? Optional.of(JSON.readValue(Files.readAllBytes(folder.rescue()), RescueMark.class)) : Optional.empty();
        } catch (IOException failure) {
            throw FileFailure.of("read " + folder.rescue(), failure);
        }
    }

    /** It survives a power cut when this returns. */
    void write(ContainerFolder folder) {
        try {
            DurableFile.write(folder.rescue(), JSON.writeValueAsBytes(this));
        } catch (IOException failure) {
            throw FileFailure.of("write " + folder.rescue(), failure);
        }
    }

    static void forget(ContainerFolder folder) {
        try {
            Files.deleteIfExists(folder.rescue());
        } catch (IOException failure) {
            throw FileFailure.of("remove " + folder.rescue(), failure);
        }
    }
}
