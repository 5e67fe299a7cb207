package io.berth.volume;

import io.berth.archive.TreeRemoval;
import io.berth.archive.TreeUsage;
import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.event.Durability;
import io.berth.event.EventJournal;
import io.berth.event.EventType;
import io.berth.ffi.Errno;
import io.berth.ffi.FolderPlacement;
import io.berth.ffi.Native;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.instance.DurableFile;
import io.berth.instance.FileFailure;
import io.berth.instance.Instance;
import io.berth.instance.PrivateFolder;
import io.berth.instance.RandomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The volumes of this host; their data is in {@code <data-root>/volumes/<name>/_data}. Reading waits for nothing, changes come one at a
 * time. Safe for use by many threads.
 */
@Component
public class Volumes {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final int LONGEST_NAME = 255;
    private static final String DRIVER = "local";
    private static final String DESCRIPTION = "volume.json";
    private static final Logger LOG = LoggerFactory.getLogger(Volumes.class);

    private final VolumeRows rows;
    private final EventJournal journal;
    private final Durability durability;
    private final TransactionTemplate transaction;
    private final ObjectProvider<VolumeUsers> users;
    private final Clock clock;
    private final Path folder;
    private final Map<String, Volume> all = new ConcurrentHashMap<>();
    private final LocalMounts mounts = new LocalMounts();
    private final LastUses lastUses;

    /** Puts the data of a new volume into their place, which is free. */
    private interface Placing {
        void at(Path data) throws IOException;
    }

    Volumes(VolumeRows rows, EventJournal journal, Durability durability, TransactionTemplate transaction,
            ObjectProvider<VolumeUsers> users, Instance instance, Clock clock) throws IOException {
        this.rows = rows;
        this.journal = journal;
        this.durability = durability;
        this.transaction = transaction;
        this.users = users;
        this.clock = clock;
        this.lastUses = new LastUses(journal);
        this.folder = instance.dataRoot().resolve("volumes");
        Native.load(instance.dataRoot().resolve("native"));
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x---")));
        FolderPlacement.apart(folder);
        // What a process that was killed had half made, or half removed.
        removeFolder(DataStage.FOLDER);
        PrivateFolder.create(folder.resolve(DataStage.FOLDER));
        rows.findAll().forEach(row -> all.put(row.name, read(row)));
        if (journal.isNew()) {
            readFolders();
        }
    }

    /** A damaged row keeps neither the service from starting nor the data from being used. */
    private Volume read(VolumeRow row) {
        try {
            return row.toDomain(mountpoint(row.name));
        } catch (RuntimeException damaged) {
            LOG.error("volume {}: its row cannot be read; its options and labels are taken from beside its data, or lost", row.name, damaged);
            return described(row.name).map(found -> found.toDomain(mountpoint(row.name)))
                    .orElse(new Volume(row.name, mountpoint(row.name), row.created, Map.of(), Map.of()));
        }
    }

    private Optional<VolumeRow> described(String name) {
        try {
            return Optional.of(VolumeRow.described(name, Files.readAllBytes(description(name))));
        } catch (IOException unreadable) {
            LOG.error("the folder of volume {} does not say what it is", name, unreadable);
            return Optional.empty();
        }
    }

    /** The database is new: what is described beside its data is taken up again. */
    private void readFolders() throws IOException {
        try (var folders = Files.newDirectoryStream(folder, entry -> Files.isRegularFile(entry.resolve(DESCRIPTION)))) {
            for (var found : folders) {
                described(found.getFileName().toString()).ifPresent(row -> {
                    transaction.executeWithoutResult(status -> rows.save(row));
                    all.put(row.name, read(row));
                });
            }
        }
    }

    /** All, by name. */
    public List<Volume> list() {
        return all.values().stream().sorted(Comparator.comparing(Volume::name)).toList();
    }

    public Optional<Volume> find(String name) {
        return Optional.ofNullable(all.get(name));
    }

    /** @throws NotFoundException {@code get NAME: no such volume} */
    public Volume require(String name) {
        return find(name).orElseThrow(() -> new NotFoundException("get " + name + ": no such volume"));
    }

    /**
     * Makes a volume; one that is there already is given back as it is. An empty name makes an anonymous one. It survives a power cut when
     * this returns.
     *
     * @throws NotFoundException there is no such driver
     * @throws InvalidArgumentException a name or options that cannot be
     */
    public synchronized Volume create(String name, String driver, Map<String, String> options, Map<String, String> labels) {
        var wanted = name.isEmpty() ? RandomId.next() : name;
        if (!driver.isEmpty() && !driver.equals(DRIVER)) {
            throw new NotFoundException("create " + wanted + ": error looking up volume plugin " + driver + ": plugin \"" + driver + "\" not found");
        }
        var existing = all.get(name);
        if (existing != null) {
            return existing;
        }
        checked(wanted);
        try {
            LocalOptions.check(options);
        } catch (InvalidArgumentException wrong) {
            throw wrong.during("create " + wanted);
        }
        var allLabels = new HashMap<>(labels);
        if (name.isEmpty()) {
            allLabels.put(Volume.ANONYMOUS, "");
        }
        return make(wanted, options, allLabels, Volumes::makeEmpty);
    }

    /**
     * Makes a volume of data that are there. It survives a power cut when this returns, if the data do.
     *
     * @param data becomes the volume's; the stage is empty then
     * @throws ConflictException there is a volume with this name
     */
    synchronized Volume createOf(String name, Map<String, String> labels, DataStage data) {
        requireFree(name);
        return make(name, Map.of(), labels, data::moveTo);
    }

    /** @throws ConflictException there is a volume with this name @throws InvalidArgumentException none can have it */
    public void requireFree(String name) {
        if (all.containsKey(checked(name))) {
            throw new ConflictException("create " + name + ": a volume with this name exists already");
        }
    }

    /** Bytes of disk that data of volumes can still take. */
    public long freeBytes() {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException failure) {
            throw FileFailure.of("look how much disk is free for volumes", failure);
        }
    }

    /**
     * A volume in the making. The caller closes it.
     *
     * @throws ConflictException there is a volume with this name
     * @throws InvalidArgumentException none can have it
     */
    public VolumeDraft draft(String name) {
        requireFree(name);
        return new VolumeDraft(this, name, stage());
    }

    /** A place for data that are not a volume's yet, on the file system of all volumes. The caller closes it. */
    DataStage stage() {
        return DataStage.in(folder, RandomId.next());
    }

    private Volume make(String name, Map<String, String> options, Map<String, String> labels, Placing data) {
        var volume = new Volume(name, mountpoint(name), clock.instant().truncatedTo(ChronoUnit.MICROS), options, labels);
        try {
            makeFolder(volume.mountpoint().getParent(), "rwx-----x");
            data.at(volume.mountpoint());
            DurableFile.write(description(name), VolumeRow.of(volume).describe());
            transaction.executeWithoutResult(status -> {
                rows.save(VolumeRow.of(volume));
                record("create", volume);
            });
        } catch (IOException failure) {
            removeFolder(name);
            throw FileFailure.of("create volume " + name, failure);
        } catch (RuntimeException failed) {
            removeFolder(name);
            throw failed;
        }
        all.put(name, volume);
        durability.await();
        return volume;
    }

    /**
     * Removes a volume with its data.
     *
     * @throws NotFoundException there is none
     * @throws ConflictException a container, running or not, mounts it
     */
    public void remove(String name) {
        try (var _ = mounts.held(name)) {
            removeHeld(require(name));
        }
    }

    private synchronized void removeHeld(Volume volume) {
        var name = volume.name();
        var using = Stream.concat(users.stream().flatMap(port -> port.usersOf(name).stream()), mounts.usersOf(name).stream()).distinct().toList();
        if (!using.isEmpty()) {
            throw new ConflictException("remove " + name + ": volume is in use - [" + String.join(", ", using) + "]");
        }
        mounts.requireUnmounted(volume);
        transaction.executeWithoutResult(status -> {
            rows.deleteById(name);
            record("destroy", volume);
        });
        all.remove(name);
        lastUses.forget(name);
        durability.await();
        removeFolder(name);
    }

    /**
     * Has the volume's data in its place until {@link #release}: what its options say is mounted for its first user.
     *
     * @param user a container's id, or any other name of a user
     * @throws ConflictException its data are being replaced
     * @throws InternalException it cannot be mounted
     */
    public void use(String name, String user) {
        try (var _ = mounts.held(name)) {
            mounts.use(require(name), user);
        }
    }

    /**
     * As {@link #use}, by one that suffers no other user until its {@link #release}.
     *
     * @throws ConflictException a container that runs uses it, or somebody else does
     */
    void useAlone(String name, String user) {
        try (var _ = mounts.held(name)) {
            mounts.useAlone(require(name), user);
        }
    }

    /** As {@link #use}, by a user that did so before the service was started. */
    public void adoptUse(String name, String user) {
        try (var _ = mounts.held(name)) {
            find(name).ifPresent(volume -> mounts.adopt(volume, user));
        }
    }

    /** The user is done with all volumes. */
    public void release(String user) {
        for (var name : mounts.usedBy(user)) {
            try (var _ = mounts.held(name)) {
                find(name).ifPresent(volume -> mounts.release(volume, user));
            }
        }
    }

    /** All users have been adopted: what was mounted for others goes. */
    public void releaseUnused() {
        for (var volume : list()) {
            try (var _ = mounts.held(volume.name())) {
                mounts.releaseUnused(volume);
            }
        }
    }

    /** What a volume's data takes on disk, in bytes; 0 when it is gone. What its options say is mounted in its place is not the volume's. */
    public long usageBytes(String name) {
        if (find(name).filter(volume -> !LocalOptions.areMount(volume.options())).isEmpty()) {
            return 0;
        }
        try (var root = RootDir.open(folder); var data = root.openDir(name + "/_data")) {
            return TreeUsage.of(data).bytes();
        } catch (NativeException failure) {
            if (failure.errno() == Errno.ENOENT) {
                return 0;
            }
            throw new InternalException("measure volume " + name + ": " + failure.getMessage(), failure);
        }
    }

    /** Writes that a container has begun or ended to use the volume: {@code mount} or {@code unmount}. */
    public void recordUse(String action, Volume volume, String containerId, String destination, boolean writable) {
        var at = clock.instant();
        journal.append(at, EventType.VOLUME, action, volume.name(), "mount".equals(action)
                ? Map.of("driver", DRIVER, "container", containerId, "destination", destination, "read/write", Boolean.toString(writable),
                        "propagation", "")
                : Map.of("driver", DRIVER, "container", containerId));
        lastUses.note(volume, at);
    }

    /**
     * When a container last began or ended to have the volume mounted, as far back as the journal goes; empty when that is not known or
     * never happened. A container that runs may use it at any time: nothing is told of that, and nobody looks at the times of files, which
     * programs set as they like.
     */
    public Optional<Instant> lastUse(Volume volume) {
        return lastUses.of(volume);
    }

    private void record(String action, Volume volume) {
        journal.append(EventType.VOLUME, action, volume.name(), Map.of("driver", DRIVER));
    }

    private Path description(String name) {
        return folder.resolve(name).resolve(DESCRIPTION);
    }

    private Path mountpoint(String name) {
        return folder.resolve(name).resolve("_data");
    }

    private static void makeEmpty(Path data) throws IOException {
        makeFolder(data, "rwxr-xr-x");
    }

    private static void makeFolder(Path folder, String permissions) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
    }

    private void removeFolder(String name) {
        try (var root = RootDir.open(folder)) {
            if (root.statIfPresent(name) != null) {
                TreeRemoval.remove(root, name);
            }
        }
    }

    private static String checked(String name) {
        if (name.length() < 2) {
            throw new InvalidArgumentException("create " + name + ": volume name is too short, names should be at least two alphanumeric characters");
        }
        if (!NAME.matcher(name).matches() || name.length() > LONGEST_NAME) {
            throw new InvalidArgumentException("create " + name + ": \"" + name + "\" includes invalid characters for a local volume name, "
                    + "only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
        }
        return name;
    }
}
