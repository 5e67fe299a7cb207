package io.berth.ffi;

import io.berth.instance.IdMap;
import io.berth.instance.MountIds;

/** User namespaces that no process is in: mounts are made with their ids, which keep them after that. Safe for use by many threads. */
public final class UserNamespace {

    private UserNamespace() {}

    /** One with these ids; the caller closes it. */
    public static Fd of(IdMap ids) {
        return create(ids.userLines(), ids.groupLines());
    }

    /** As {@link #of(IdMap)}. */
    public static Fd of(MountIds ids) {
        return create(ids.userLines(), ids.groupLines());
    }

    private static Fd create(String users, String groups) {
        var error = new NativeError();
        return new Fd(error.check(Native.library().berth_userns_create(FileNames.terminated(users), FileNames.terminated(groups), error.buffer())));
    }
}
