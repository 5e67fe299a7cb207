package io.berth.container;

import io.berth.archive.TreeRemoval;
import io.berth.error.InternalException;
import io.berth.ffi.Errno;
import io.berth.ffi.FolderPlacement;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.instance.DurableFile;
import io.berth.instance.FileFailure;
import io.berth.instance.Instance;
import io.berth.instance.PrivateFolder;
import io.berth.runtime.RunRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** Where a container's own files are: {@code <data-root>/containers/<id>}, for root alone. */
record ContainerFolder(Path path) {

    private static final int TRIES = 5;

    static ContainerFolder of(Instance instance, ContainerId id) {
        return new ContainerFolder(all(instance).resolve(id.value()));
    }

    static Path all(Instance instance) {
        return instance.dataRoot().resolve("containers");
    }

    Path hosts() {
        return path.resolve("hosts");
    }

    Path hostname() {
        return path.resolve("hostname");
    }

    Path resolvConf() {
        return path.resolve("resolv.conf");
    }

    Path log() {
        return path.resolve(path.getFileName() + "-json.log");
    }

    /** What of a rescue of its files is on its way; there while one is. */
    Path rescue() {
        return path.resolve("rescue.json");
    }

    /** What its shims have written down of it. */
    RunRecords records() {
        return new RunRecords(path.resolve("runs"));
    }

    /** Writes what the container is; it survives a power cut, and the loss of the database, when this returns. */
    void describe(Container container) {
        keep(description(), ContainerDocument.write(container));
    }

    /** @throws RuntimeException nothing is there that can be read */
    Container described() {
        try {
            return ContainerDocument.read(Files.readString(description()), new ContainerId(path.getFileName().toString()));
        } catch (IOException unreadable) {
            throw new InternalException("read " + description() + ": " + unreadable, unreadable);
        }
    }

    private Path description() {
        return path.resolve("container.json");
    }

    /**
     * Writes which anonymous volumes are to go when the container is not known the next time that the engine starts: it is being made, or
     * removed together with them. That survives a power cut when this returns.
     */
    void markGoing(List<String> volumes) {
        if (volumes.isEmpty()) {
            return;
        }
        keep(going(), String.join("\n", volumes) + "\n");
    }

    /** The container is there to stay, and so are its volumes. */
    void forgetGoing() {
        forget(going());
    }

    /** The volumes that are to go with a container that is not known. */
    List<String> goingVolumes() throws IOException {
        return Files.exists(going()) ? Files.readAllLines(going()) : List.of();
    }

    private Path going() {
        return path.resolve("going-volumes");
    }

    /** Writes which container takes the place of this one; that survives a power cut when this returns. */
    void markReplaced(Replacement replacement) {
        keep(replacement(), replacement.text());
    }

    void forgetReplaced() {
        forget(replacement());
    }

    /** Which container was to take the place of this one when the service ended. */
    Optional<Replacement> replaced() {
        try {
            return Files.exists(replacement()) ? Optional.of(Replacement.parse(Files.readAllLines(replacement()))) : Optional.empty();
        } catch (IOException failure) {
            throw FileFailure.of("read " + replacement(), failure);
        }
    }

    private Path replacement() {
        return path.resolve("replaced-by");
    }

    /** Keeps what was seen last of a run, all of it or nothing. It may be lost in a power cut. */
    void keepLook(String look) {
        var made = path.resolve("last-cgroup.json.tmp");
        try {
            try {
                Files.writeString(made, look);
                Files.move(made, look(), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(made);
            }
        } catch (IOException failure) {
            throw FileFailure.of("write " + look(), failure);
        }
    }

    /** What was seen last of the run before; empty when nothing was. */
    Optional<String> lastLook() {
        try {
            return Files.exists(look()) ? Optional.of(Files.readString(look())) : Optional.empty();
        } catch (IOException failure) {
            throw FileFailure.of("read " + look(), failure);
        }
    }

    void forgetLook() {
        forget(look());
    }

    private Path look() {
        return path.resolve("last-cgroup.json");
    }

    private static void keep(Path file, String text) {
        try {
            DurableFile.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw FileFailure.of("write " + file, failure);
        }
    }

    private static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw FileFailure.of("remove " + file, failure);
        }
    }

    void create() {
        if (Files.isDirectory(path)) {
            return;
        }
        try {
            PrivateFolder.createAll(path);
        } catch (IOException failure) {
            throw FileFailure.of("create the folder of container " + path.getFileName(), failure);
        }
    }

    /** What was written down of earlier runs is part of the container's state. */
    void forgetRuns() {
        try {
            records().delete();
        } catch (IOException failure) {
            throw FileFailure.of("remove " + records().file(), failure);
        }
    }

    /** Removes all of it; what is not there is fine. */
    void delete() {
        try (var root = RootDir.open(path.getParent())) {
            delete(root, TRIES);
        }
    }

    /** The shim of the last run may still be putting a compressed file in the place of a plain one: the folder has another file then. */
    private void delete(RootDir root, int tries) {
        try {
            TreeRemoval.remove(root, path.getFileName().toString());
        } catch (NativeException failure) {
            if (failure.errno() != Errno.ENOTEMPTY || tries == 1) {
                throw failure;
            }
            delete(root, tries - 1);
        }
    }

    /** Makes the folder of all folders of containers. */
    static void prepare(Instance instance) throws IOException {
        PrivateFolder.createAll(all(instance));
        FolderPlacement.apart(all(instance));
    }

    /** The names of all folders of containers. */
    static List<String> names(Instance instance) throws IOException {
        try (var folders = Files.list(all(instance))) {
            return folders.map(folder -> folder.getFileName().toString()).toList();
        }
    }
}
