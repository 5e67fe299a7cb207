package io.berth.container;

import io.berth.error.EngineException;
import io.berth.ffi.RootDir;
import java.util.List;

/** The users that a container's own files name. */
public final class ContainerUsers {

    private static final int MOST = 200;

    private ContainerUsers() {}

    /** By the file below a container's root, in its order; none where it is missing or no such file. */
    public static List<String> names(RootDir root) {
        try {
            return UserFiles.read(root).names().stream().limit(MOST).toList();
        } catch (EngineException strange) {
            // What the image has there is for nobody to choose from; who names a user is told why it cannot be read.
            return List.of();
        }
    }
}
