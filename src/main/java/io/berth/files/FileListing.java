package io.berth.files;

import java.util.List;

/**
 * A part of what is in a folder, in the order of the names.
 *
 * @param path of the folder
 * @param more whether there is more after the last one
 */
public record FileListing(String path, List<FileEntry> files, boolean more) {

    public FileListing {
        files = List.copyOf(files);
    }
}
