package io.berth.runtime;

import java.util.Set;

/** What an attached client wants: {@code ATTACH_} of shim_protocol.h. */
public enum AttachFlag {
    STDIN(1),
    STDOUT(2),
    STDERR(4),
    /** What this run of the container has written so far comes first, without gap or repeat. */
    REPLAY(8),
    STREAM(16);

    private final int bit;

    AttachFlag(int bit) {
        this.bit = bit;
    }

    static int bits(Set<AttachFlag> flags) {
        return flags.stream().mapToInt(flag -> flag.bit).sum();
    }
}
