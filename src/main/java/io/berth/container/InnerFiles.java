package io.berth.container;

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
import io.berth.storage.Snapshotter;
import java.io.InputStream;
import java.util.List;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * The files of containers one by one, with what is mounted in them: of running ones as their first process sees them, of others as a start
 * would. Owners are those that are seen inside. Safe for use by many threads.
 *
 * <p>What is mounted in a container is written like all else, but no mount is moved, replaced or removed, nor a folder that holds one
 * ({@link io.berth.error.ConflictException}). All of them throw {@link NotFoundException} when there is no such container or file, {@link InvalidArgumentException} for a path that leads out or
 * to the wrong kind of file, {@link ForbiddenException} for what may only be read.
 */
@Component
public class InnerFiles {

    /**
     * A part of what is in a folder.
     *
     * @param origins of the files, in their order
     * @param origin of the folder: {@link FileOrigin.Kind#IMAGE} says only that nothing is mounted there
     */
    public record Listing(FileListing files, List<FileOrigin> origins, FileOrigin origin) {}

    private final Containers containers;
    private final ContainerTrees trees;
    private final Snapshotter snapshotter;

    InnerFiles(Containers containers, ContainerTrees trees, Snapshotter snapshotter) {
        this.containers = containers;
        this.trees = trees;
        this.snapshotter = snapshotter;
    }

    /** What is in a folder, in the order of the names. @param after the name after which it begins; empty for the first one @param limit how many at most */
    public Listing list(ContainerId id, String path, String after, int limit) {
        var inside = InnerPath.of(path);
        try (var tree = trees.read(id); var origins = FileOrigins.open(tree, snapshotter, inside.parts())) {
            var listing = new TreeFiles(tree.root(), null).list(inside, after, limit);
            return new Listing(listing, listing.files().stream().map(origins::of).toList(), origins.ofFolder());
        } catch (NativeException failure) {
            throw refusal(id, inside, failure);
        }
    }

    /** A file or a folder, to be written somewhere. The caller closes it. */
    public FileDownload download(ContainerId id, String path) {
        var inside = InnerPath.of(path);
        var tree = trees.read(id);
        boolean done = false;
        try {
            var name = tree.container().name();
            var download = FileDownload.of(new FileDownload.Source(tree.root(), "container " + name, name, tree::requireWhole, tree), inside);
            done = true;
            return download;
        } catch (NativeException failure) {
            throw refusal(id, inside, failure);
        } finally {
            if (!done) {
                tree.close();
            }
        }
    }

    /**
     * Writes a file, whole or not at all.
     *
     * @param content is read to its end; stays open
     * @return the version that it has now
     */
    public String put(ContainerId id, String path, InputStream content, Writing how) {
        var inside = InnerPath.of(path);
        return in(id, inside, files -> files.put(inside, content, how));
    }

    /** Removes a file, or a folder with all below it. */
    public void delete(ContainerId id, String path) {
        var inside = InnerPath.of(path);
        in(id, inside, files -> {
            files.delete(inside);
            return path;
        });
    }

    /** Gives a file or a folder another name, or another place on the same file system. */
    public void rename(ContainerId id, String path, String to) {
        var inside = InnerPath.of(path);
        var target = InnerPath.of(to);
        try (var tree = trees.write(id)) {
            tree.requireWritable(inside.parts());
            tree.requireWritable(target.parts());
            tree.requireUnmounted(inside.parts());
            new TreeFiles(tree.root(), null).rename(inside, target);
            tree.requireWhole();
        } catch (NativeException failure) {
            throw refusal(id, inside, failure);
        }
    }

    /** Makes a folder in one that is there. @param asked where nothing is said: root's with 0755 */
    public void makeFolder(ContainerId id, String path, Ownership asked) {
        var inside = InnerPath.of(path);
        in(id, inside, files -> {
            files.makeFolder(inside, asked);
            return path;
        });
    }

    private <T> T in(ContainerId id, InnerPath path, Function<TreeFiles, T> work) {
        try (var tree = trees.write(id)) {
            tree.requireWritable(path.parts());
            tree.requireUnmounted(path.parts());
            T result = work.apply(new TreeFiles(tree.root(), null));
            tree.requireWhole();
            return result;
        } catch (NativeException failure) {
            throw refusal(id, path, failure);
        }
    }

    private RuntimeException refusal(ContainerId id, InnerPath path, NativeException failure) {
        var name = containers.find(id).map(Container::name).orElse(id.shortId());
        return FileRefusal.of("container " + name + ": " + path, failure);
    }
}
