package io.berth.volume;

import io.berth.archive.ArchiveLimits;
import io.berth.archive.Compression;
import io.berth.archive.TarReader;
import io.berth.archive.TreeCopy;
import io.berth.archive.TreeUnpacker;
import io.berth.archive.UnpackedTree;
import io.berth.archive.WatchedInput;
import io.berth.error.ConflictException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.files.FileRefusal;
import io.berth.files.TreeFiles;
import io.berth.operation.Operation;
import io.berth.operation.OperationKind;
import io.berth.operation.Operations;
import io.berth.operation.Progress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Whole volumes: out of the house as an archive, back from one, and as a copy. Each is an operation that people see and can cancel; what is
 * made is made whole or not at all. Safe for use by many threads.
 */
@Component
public class VolumeArchives {

    /** Archives of strangers. */
    static final ArchiveLimits LIMITS = ArchiveLimits.DEFAULT.withRemedy("say trusted=true if the archive is a backup of your own");
    /** A backup of one's own may have as many zeros as it likes, which become almost nothing: the disk is the bound. */
    static final ArchiveLimits TRUSTED = ArchiveLimits.DEFAULT.withoutRatio();

    /**
     * What a restore may do.
     *
     * @param replace what is in the volume goes
     * @param trusted the archive may expand as it likes
     */
    public record Restoring(boolean replace, boolean trusted) {}

    private final Volumes volumes;
    private final Operations operations;

    VolumeArchives(Volumes volumes, Operations operations) {
        this.volumes = volumes;
        this.operations = operations;
    }

    /**
     * A volume, to be written as {@code tar.zst}. Containers may change it meanwhile; the volume cannot be removed. The caller closes it.
     *
     * @throws NotFoundException there is no such volume
     */
    public VolumeBackup backup(String volume) {
        return new VolumeBackup(VolumeData.open(volumes, volume, "backup"), operations);
    }

    /**
     * Fills a volume with what is in a tar archive, plain or compressed in one of the ways of {@link Compression}. It survives a power cut
     * when this returns; when it throws, the volume is as it was. Nobody can use the volume meanwhile: a start of a container with it fails.
     *
     * @param archive is read to its end; stays open
     * @param how what may be done for it
     * @param by the account that wants it
     * @throws NotFoundException there is no such volume
     * @throws ConflictException somebody uses it, or it is not empty and not to be replaced
     * @throws InvalidArgumentException the archive is damaged, hostile or empty, or what the volume's options say is mounted in its place
     */
    public UnpackedTree restore(String volume, InputStream archive, Restoring how, String by) {
        if (volumes.require(volume).isMounted()) {
            throw new InvalidArgumentException("restore " + volume + ": its options have its data mounted from elsewhere: they cannot be exchanged");
        }
        try (var data = VolumeData.openAlone(volumes, volume, "restore")) {
            if (!how.replace() && !TreeFiles.names(data.root()).isEmpty()) {
                throw new ConflictException("restore " + volume + ": volume is not empty: say replace=true to have its data replaced");
            }
            return operations.run(OperationKind.RESTORE, volume, by, progress -> restore(data, archive, how, progress));
        } catch (NativeException failure) {
            throw FileRefusal.of("restore " + volume, failure);
        }
    }

    private UnpackedTree restore(VolumeData data, InputStream archive, Restoring how, Progress progress) {
        try (var stage = volumes.stage()) {
            // What the archive does not say of the root stays as it is.
            FileStat root = data.root().stat(".");
            stage.root().chown(".", root.uid(), root.gid());
            stage.root().chmod(".", root.permissions());
            var made = unpack(stage.root(), new WatchedInput(leftOpen(archive), progress), how.trusted() ? TRUSTED : LIMITS);
            progress.cancel().throwIfCancelled();
            stage.exchangeWith(data.volume().name());
            return made;
        } catch (NativeException failure) {
            throw FileRefusal.of("restore " + data.volume().name(), failure);
        }
    }

    /** The body of a request is its door's. */
    private static InputStream leftOpen(InputStream archive) {
        return new FilterInputStream(archive) {
            @Override
            public void close() {
                // Whoever has opened it closes it.
            }
        };
    }

    /** What was made stays in {@code root} when it fails, for the owner of that to remove. */
    static UnpackedTree unpack(RootDir root, InputStream archive, ArchiveLimits limits) {
        try (var plain = Compression.decompress(archive, limits)) {
            var tar = new TarReader(plain, limits);
            var made = new TreeUnpacker(root, TreeUnpacker.Whiteouts.NONE, List::of).unpack(tar);
            plain.drain();
            if (made.entries() == 0) {
                throw new InvalidArgumentException("there is nothing in the archive");
            }
            if (!tar.isTerminated()) {
                throw new InvalidArgumentException("archive is truncated: it does not have its end");
            }
            return made;
        } catch (IOException broken) {
            throw new InvalidArgumentException("the archive broke off: " + broken.getMessage(), broken);
        }
    }

    /**
     * Begins to copy a volume into a new one, with owners, permissions, links, attributes and holes; its labels come along, its options do
     * not. Containers may change it meanwhile.
     *
     * @param as name of the new one
     * @param by the account that wants it
     * @throws NotFoundException there is no such volume
     * @throws ConflictException there is one with the new name
     * @throws InvalidArgumentException no volume can have that name
     */
    public Operation copy(String volume, String as, String by) {
        volumes.require(volume);
        volumes.requireFree(as);
        return operations.start(OperationKind.CLONE, volume + " as " + as, by, progress -> copy(volume, as, progress));
    }

    private Volume copy(String volume, String as, Progress progress) {
        try (var data = VolumeData.open(volumes, volume, "clone"); var stage = volumes.stage()) {
            TreeCopy.contents(data.root(), stage.root(), bytes -> {
                progress.read(bytes);
                progress.cancel().throwIfCancelled();
            });
            return volumes.createOf(as, labels(data.volume()), stage);
        } catch (NativeException failure) {
            throw FileRefusal.of("clone " + volume, failure);
        }
    }

    /** The copy has a name of its own. */
    private static Map<String, String> labels(Volume volume) {
        var labels = new HashMap<>(volume.labels());
        labels.remove(Volume.ANONYMOUS);
        return labels;
    }
}
