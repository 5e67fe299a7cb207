package io.berth.files;

import io.berth.error.InvalidArgumentException;
import org.jspecify.annotations.Nullable;

/** Whose a file is to be, and who may do what; null where it is not said. */
public record Ownership(@Nullable Long uid, @Nullable Long gid, @Nullable Integer mode) {

    private static final long LARGEST_ID = 0xffff_fffeL;
    private static final int ALL_PERMISSIONS = 07777;

    public Ownership {
        requireId("uid", uid);
        requireId("gid", gid);
        if (mode != null && (mode < 0 || mode > ALL_PERMISSIONS)) {
            throw new InvalidArgumentException("mode is beyond 07777");
        }
    }

    private static void requireId(String name, @Nullable Long id) {
        if (id != null && (id < 0 || id > LARGEST_ID)) {
            throw new InvalidArgumentException(name + " is none: from 0 to " + LARGEST_ID);
        }
    }
}
