package io.berth.archive;

import io.berth.ffi.RootDir;
import org.jspecify.annotations.Nullable;

/**
 * A directory of a tree that others use at the same time, into which an archive is to be unpacked.
 *
 * @param root the root of that tree: no link leads further; stays the caller's
 * @param path the directory, resolved as a process would that has this root
 * @param keepsKinds a directory is not replaced by anything else, nor anything else by a directory: an invalid argument then
 * @param owner of all that is made; null when the archive's owners are kept
 */
public record Destination(RootDir root, String path, boolean keepsKinds, @Nullable Owner owner) {

    /** Numbers of a user and a group. */
    public record Owner(long uid, long gid) {}

    /** Opens the directory; {@code ENOENT} or {@code ENOTDIR} when there is none. */
    RootDir open() {
        return root.openDirInRoot(path);
    }

    /** The directory that a link below this one leads to. */
    RootDir follow(String link) {
        return root.openDirInRoot(path + "/" + link);
    }
}
