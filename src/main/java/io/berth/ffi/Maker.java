package io.berth.ffi;

import io.berth.instance.IdMap;
import org.jspecify.annotations.Nullable;

/** Who makes files, as {@code MAKER} of berth.h. */
final class Maker {

    private Maker() {}

    /** Root of a user namespace; null: this process. */
    static long rootOf(@Nullable IdMap ids) {
        return ids == null ? -1 : ids.hostUser(0) | ids.hostGroup(0) << 32;
    }
}
