package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code VolumesFrom}: all that another container mounts, at the same places.
 *
 * @param container id or name as asked
 * @param writable what is writable there is so here, too
 */
record VolumesFrom(String container, boolean writable) {

    /** Reads {@code X[:MODE]}; how mounts come from the host or go there, with whose ids, and copying, are as in the other container. */
    static VolumesFrom parse(String text) {
        if (text.isEmpty()) {
            throw new InvalidArgumentException("volumes-from specification cannot be an empty string");
        }
        int colon = text.indexOf(':');
        var mode = MountMode.parse(colon < 0 ? "" : text.substring(colon + 1));
        if (!mode.propagation().isEmpty() || mode.noCopy() || mode.isMapped()) {
            throw new InvalidArgumentException("invalid mode: " + mode.text());
        }
        return new VolumesFrom(colon < 0 ? text : text.substring(0, colon), mode.writable());
    }

    static List<VolumesFrom> parse(@Nullable List<String> asked) {
        return asked == null ? List.of() : asked.stream().map(VolumesFrom::parse).toList();
    }

    /** What is taken over; of two mounts at one place the later counts. A tmpfs of {@code HostConfig.Tmpfs} is its container's alone. */
    static List<MountPoint> mounts(List<VolumesFrom> asked, Function<String, Container> containers) {
        var byDestination = new LinkedHashMap<String, MountPoint>();
        for (var from : asked) {
            containers.apply(from.container).listedMounts().forEach(mount -> byDestination.put(mount.destination(), mount.inherited(from.writable)));
        }
        return new ArrayList<>(byDestination.values());
    }
}
