package io.berth.container;

import io.berth.instance.RecentMap;
import io.berth.oci.Digest;
import io.berth.storage.ActiveSnapshot;
import io.berth.storage.Snapshotter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Collections;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * The users and groups of containers before they start. An image does not change, and a container whose writable layer has nothing in
 * {@code /etc} has its image's: its files are mounted and read at the first start of an image only. Safe for use by many threads.
 */
@Component
class ImageUsers {

    private static final int MOST_IMAGES = 128;

    private final Snapshotter snapshotter;
    private final Map<Digest, UserFiles> known = Collections.synchronizedMap(new RecentMap<>(MOST_IMAGES));

    ImageUsers(Snapshotter snapshotter) {
        this.snapshotter = snapshotter;
    }

    /** Those that the container's process will find. */
    UserFiles of(Container container, ActiveSnapshot snapshot) {
        boolean isImages = Files.notExists(snapshot.upper().resolve("etc"), LinkOption.NOFOLLOW_LINKS);
        var found = isImages ? known.get(container.imageId()) : null;
        if (found != null) {
            return found;
        }
        try (var mounted = snapshotter.mounted(snapshot.key())) {
            var read = UserFiles.read(mounted.root());
            if (isImages && read.isSmall() && UserFiles.areInPlace(mounted.root())) {
                known.put(container.imageId(), read);
            }
            return read;
        }
    }
}
