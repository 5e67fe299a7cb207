package io.berth.volume;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * A folder of data that outlives containers.
 *
 * @param mountpoint its data on the host
 * @param options driver options as given
 */
public record Volume(String name, Path mountpoint, Instant created, Map<String, String> options, Map<String, String> labels) {

    /** The label of volumes that no user has named. */
    public static final String ANONYMOUS = "com.docker.volume.anonymous";

    public Volume {
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
    }

    /** Whether its options have something mounted in the place of its data while it is used, be it memory. */
    public boolean isMounted() {
        return LocalOptions.areMount(options);
    }

    /** Whether its data are its own, on disk or in memory: its options do not have something from elsewhere mounted in its place. */
    public boolean isOwn() {
        return !isMounted() || options.getOrDefault("type", "").equals("tmpfs");
    }

    public boolean isAnonymous() {
        return labels.containsKey(ANONYMOUS);
    }
}
