package io.berth.insight;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would be gone with a container, since it is nowhere else.
 *
 * @param files in its writable layer, folders left out
 * @param bytes of those, as their lengths say
 * @param folders that hold them, biggest first
 * @param volumes anonymous ones that no other container mounts: nobody would find them again
 * @param logKeptSeconds how long what it has printed can be read after its removal, 0 when that goes with it; null when it has printed nothing
 * @param text the same in a sentence; empty when nothing would be lost
 */
public record LossView(String id, String name, long files, long bytes, List<ChangesView.Folder> folders, List<Anonymous> volumes,
        @Nullable Long logKeptSeconds, String text) {

    /**
     * A volume that nobody has named.
     *
     * @param bytes on disk
     * @param goes whether it would be removed together with the container, not only left behind
     */
    public record Anonymous(String name, String destination, long bytes, boolean goes) {}
}
