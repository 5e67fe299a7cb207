package io.berth.volume;

import java.util.List;

/**
 * A part of what is in a folder, in the order of the names.
 *
 * @param path of the folder
 * @param more whether there is more after the last one
 */
public record VolumeListing(String path, List<VolumeFile> files, boolean more) {

    public VolumeListing {
        files = List.copyOf(files);
    }
}
