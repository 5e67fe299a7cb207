package io.berth.volume;

import io.berth.error.ForbiddenException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.NativeException;
import java.io.InputStream;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The files of volumes: lists, reads, writes and removes them, while containers use them. What a volume's options say is mounted while one
 * of these is at work. Owners are those that containers see; in what is mounted from elsewhere, those of the host. Safe for use by many
 * threads.
 *
 * <p>All of them throw {@link NotFoundException} when there is no such volume or file, {@link InvalidArgumentException} for a path that leads out of the
 * volume or to the wrong kind of file, {@link ForbiddenException} for what is read-only.
 */
@Component
public class VolumeFiles {

    /** Files in one listing, at most. */
    public static final int MOST = 10_000;
    private static final long LARGEST_ID = 0xffff_fffeL;
    private static final int ALL_PERMISSIONS = 07777;
    private static final String USER = "files";

    /** Whose a file is to be, and who may do what; null where it is not said. */
    public record Ownership(@Nullable Long uid, @Nullable Long gid, @Nullable Integer mode) {

        public Ownership {
            requireId("uid", uid);
            requireId("gid", gid);
            if (mode != null && (mode < 0 || mode > ALL_PERMISSIONS)) {
                throw new InvalidArgumentException("mode is beyond 07777");
            }
        }

        private static void requireId(String name, @Nullable Long id) {
            if (id != null && (id < 0 || id > LARGEST_ID)) {
                throw new InvalidArgumentException(name + " is none: from 0 to " + LARGEST_ID);
            }
        }
    }

    private final Volumes volumes;

    VolumeFiles(Volumes volumes) {
        this.volumes = volumes;
    }

    /**
     * What is in a folder, in the order of the names.
     *
     * @param after the name after which it begins; empty for the first one
     * @param limit how many at most: from 1 to {@value #MOST}
     */
    public VolumeListing list(String volume, String path, String after, int limit) {
        if (limit < 1 || limit > MOST) {
            throw new InvalidArgumentException("limit is to be from 1 to " + MOST);
        }
        var inside = VolumePath.of(path);
        return in(volume, inside, files -> files.list(inside, after, limit));
    }

    /** A file or a folder, to be written somewhere. The caller closes it. */
    public VolumeDownload download(String volume, String path) {
        var inside = VolumePath.of(path);
        var data = VolumeData.open(volumes, volume, USER);
        boolean done = false;
        try {
            var download = VolumeDownload.of(data, inside);
            done = true;
            return download;
        } catch (NativeException failure) {
            throw VolumeFailure.of(VolumeData.what(volume, inside.toString()), failure);
        } finally {
            if (!done) {
                data.close();
            }
        }
    }

    /**
     * Writes a file, whole or not at all. It survives a power cut when this returns.
     *
     * @param content is read to its end; stays open
     * @param asked where nothing is said: as the file that it replaces, else root's with 0644
     */
    public void put(String volume, String path, InputStream content, Ownership asked) {
        var inside = VolumePath.of(path);
        run(volume, inside, files -> files.put(inside, content, asked));
    }

    /** Removes a file, or a folder with all below it. */
    public void delete(String volume, String path) {
        var inside = VolumePath.of(path);
        run(volume, inside, files -> files.delete(inside));
    }

    /**
     * Makes a folder in one that is there.
     *
     * @param asked where nothing is said: root's with 0755
     * @throws io.berth.error.ConflictException there is something by this name
     */
    public void makeFolder(String volume, String path, Ownership asked) {
        var inside = VolumePath.of(path);
        run(volume, inside, files -> files.makeFolder(inside, asked));
    }

    private void run(String volume, VolumePath path, Consumer<DataFiles> work) {
        in(volume, path, files -> {
            work.accept(files);
            return path;
        });
    }

    private <T> T in(String volume, VolumePath path, Function<DataFiles, T> work) {
        try (var data = VolumeData.open(volumes, volume, USER)) {
            return work.apply(new DataFiles(data.root(), data.volume().isMounted() ? null : volumes::stage));
        } catch (NativeException failure) {
            throw VolumeFailure.of(VolumeData.what(volume, path.toString()), failure);
        }
    }
}
