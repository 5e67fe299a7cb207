package io.berth.network;

import io.berth.error.InternalException;
import io.berth.instance.PrivateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The records of running sandboxes, one small file each below the run root. What they describe lives in the kernel and is gone after a
 * reboot, and so are they: no database and no sync to disk. Safe for use by many threads, one container at a time by one.
 */
final class SandboxRecords {

    private static final Pattern NAME = Pattern.compile("[0-9a-zA-Z_.-]+");
    private static final String SUFFIX = ".json";

    private final Path folder;
    /** Records of an older service have less, those of a newer one more. */
    private final JsonMapper json = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    SandboxRecords(Path folder) {
        this.folder = folder;
    }

    void write(SandboxRecord record) {
        Path file = file(record.containerId());
        Path temporary = folder.resolve(record.containerId() + ".tmp");
        try {
            if (!Files.isDirectory(folder)) {
                PrivateFolder.createAll(folder);
            }
            Files.write(temporary, json.writeValueAsBytes(record));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new InternalException("write " + file + ": " + failed.getMessage(), failed);
        }
    }

    /** The record of a container; empty when there is none that can be read. */
    Optional<SandboxRecord> read(String containerId) {
        try {
            return Optional.of(json.readValue(Files.readAllBytes(file(containerId)), SandboxRecord.class));
        } catch (NoSuchFileException | JacksonException unknown) {
            return Optional.empty();
        } catch (IOException failed) {
            throw new InternalException("read the network of container " + containerId + ": " + failed.getMessage(), failed);
        }
    }

    /** The endpoints of all records. */
    List<Endpoint> endpoints() {
        return containerIds().stream().map(this::read).flatMap(Optional::stream).flatMap(record -> record.toEndpoints().stream()).toList();
    }

    void delete(String containerId) {
        try {
            Files.deleteIfExists(file(containerId));
        } catch (IOException failed) {
            throw new InternalException("delete " + file(containerId) + ": " + failed.getMessage(), failed);
        }
    }

    /** The containers that have a record, and whose record could not be finished. */
    List<String> containerIds() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length())).toList();
        } catch (IOException failed) {
            throw new InternalException("list " + folder + ": " + failed.getMessage(), failed);
        }
    }

    private Path file(String containerId) {
        if (!NAME.matcher(containerId).matches()) {
            throw new IllegalArgumentException("not a container id: " + containerId);
        }
        return folder.resolve(containerId + SUFFIX);
    }
}
