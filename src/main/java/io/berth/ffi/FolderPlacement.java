package io.berth.ffi;

import java.nio.file.Path;

/** Where on its disk a file system puts folders. */
public final class FolderPlacement {

    private FolderPlacement() {}

    /**
     * Has the folders that will be made in {@code parent} placed far from each other. ext4 else puts them side by side, and passes by each file
     * that was deleted there in the last five seconds when it makes one (fs/ext4/ialloc.c, recently_deleted): where containers come and go
     * quickly that is most of the work.
     *
     * @param parent a folder, no link
     * @return whether the file system does it; others need no telling
     */
    public static boolean apart(Path parent) {
        var error = new NativeError();
        return error.check(Native.library().berth_place_apart(FileNames.terminated(parent.toString()), error.buffer())) == 1;
    }
}
