package io.berth.runtime;

/** What an exec and the connection by which it was started have to do with each other. */
public enum ExecKind {
    /** Its output goes there. When the connection ends, it lives on and its output is dropped. */
    ATTACHED,
    /** Its output is not wanted; reading gives its end only. */
    DETACHED,
    /** Its output goes there. When the connection ends, its terminal is hung up. */
    TIED;

    int flags() {
        return switch (this) {
            case ATTACHED -> 0;
            case DETACHED -> Frames.EXEC_DETACHED;
            case TIED -> Frames.EXEC_TIED;
        };
    }
}
