package io.berth.volume;

import io.berth.error.ForbiddenException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.NativeException;
import io.berth.files.FileDownload;
import io.berth.files.FileListing;
import io.berth.files.FileRefusal;
import io.berth.files.InnerPath;
import io.berth.files.Ownership;
import io.berth.files.TreeFiles;
import io.berth.files.Writing;
import java.io.InputStream;
import java.util.function.Consumer;
import java.util.function.Function;
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

    private static final String USER = "files";

    private final Volumes volumes;

    VolumeFiles(Volumes volumes) {
        this.volumes = volumes;
    }

    /**
     * What is in a folder, in the order of the names.
     *
     * @param after the name after which it begins; empty for the first one
     * @param limit how many at most: from 1 to {@value TreeFiles#MOST}
     */
    public FileListing list(String volume, String path, String after, int limit) {
        var inside = InnerPath.of(path);
        return in(volume, inside, files -> files.list(inside, after, limit));
    }

    /** A file or a folder, to be written somewhere. The caller closes it. */
    public FileDownload download(String volume, String path) {
        var inside = InnerPath.of(path);
        var data = VolumeData.open(volumes, volume, USER);
        boolean done = false;
        try {
            var source = new FileDownload.Source(data.root(), "volume " + volume, volume, () -> { }, data);
            var download = FileDownload.of(source, inside);
            done = true;
            return download;
        } catch (NativeException failure) {
            throw FileRefusal.of(VolumeData.what(volume, inside.toString()), failure);
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
     * @return the version that it has now
     * @throws io.berth.error.ConflictException it is not what {@code how} expects
     */
    public String put(String volume, String path, InputStream content, Writing how) {
        var inside = InnerPath.of(path);
        return in(volume, inside, files -> files.put(inside, content, how));
    }

    /**
     * Gives a file or a folder another name, or another place.
     *
     * @throws io.berth.error.ConflictException there is something by that name
     */
    public void rename(String volume, String path, String to) {
        var inside = InnerPath.of(path);
        var target = InnerPath.of(to);
        run(volume, inside, files -> files.rename(inside, target));
    }

    /** Removes a file, or a folder with all below it. */
    public void delete(String volume, String path) {
        var inside = InnerPath.of(path);
        run(volume, inside, files -> files.delete(inside));
    }

    /**
     * Makes a folder in one that is there.
     *
     * @param asked where nothing is said: root's with 0755
     * @throws io.berth.error.ConflictException there is something by this name
     */
    public void makeFolder(String volume, String path, Ownership asked) {
        var inside = InnerPath.of(path);
        run(volume, inside, files -> files.makeFolder(inside, asked));
    }

    private void run(String volume, InnerPath path, Consumer<TreeFiles> work) {
        in(volume, path, files -> {
            work.accept(files);
            return path;
        });
    }

    private <T> T in(String volume, InnerPath path, Function<TreeFiles, T> work) {
        try (var data = VolumeData.open(volumes, volume, USER)) {
            return work.apply(new TreeFiles(data.root(), data.volume().isMounted() ? null : volumes::stage));
        } catch (NativeException failure) {
            throw FileRefusal.of(VolumeData.what(volume, path.toString()), failure);
        }
    }
}
