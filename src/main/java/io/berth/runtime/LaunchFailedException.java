package io.berth.runtime;

import io.berth.ffi.Errno;

/** The shim could not make the process. Says which operation failed, so that the caller can choose the error its client expects. */
public final class LaunchFailedException extends Exception {

    private static final int OP_MOUNT_BIND = 23;
    private static final int OP_MKDIR = 34;
    private static final int OP_CWD = 42;
    private static final int OP_EXEC = 43;
    private static final int OP_APPARMOR = 45;
    /** What mapped.c says when it has failed. */
    private static final String MAPPING = "map the ids of ";

    private final int operation;
    private final int errno;

    LaunchFailedException(int operation, int errno, String text) {
        super(text);
        this.operation = operation;
        this.errno = errno;
    }

    /** Code of the operation in plan.h; 0 when it was none. */
    public int operation() {
        return operation;
    }

    public int errno() {
        return errno;
    }

    /** The program was not found: exit code 127. */
    public boolean isProgramMissing() {
        return operation == OP_EXEC && (errno == Errno.ENOENT || errno == Errno.ENOTDIR);
    }

    /** The program is there and cannot be run: exit code 126. */
    public boolean isProgramNotExecutable() {
        return operation == OP_EXEC && !isProgramMissing();
    }

    /** What is to be mounted of a source is not in it. */
    public boolean isOutsideOfSource() {
        return operation == OP_MOUNT_BIND && errno == Errno.EXDEV;
    }

    /** A folder was to be mounted on a file, or the other way round; or there is a file on the way to the place. */
    public boolean isOtherKind() {
        return operation == OP_MOUNT_BIND && errno == Errno.ENOTDIR;
    }

    /** The owners of a source's files cannot be seen as others: its file system cannot do that. */
    public boolean isUnmappable() {
        return operation == OP_MOUNT_BIND && String.valueOf(getMessage()).startsWith(MAPPING);
    }

    /** The profile of AppArmor is not loaded, or cannot be had. */
    public boolean isProfile() {
        return operation == OP_APPARMOR;
    }

    /** The working directory cannot be entered. */
    public boolean isWorkingDirectory() {
        return operation == OP_CWD;
    }

    /** Something else is where a folder was to be made. */
    public boolean isBlockedFolder() {
        return operation == OP_MKDIR && errno == Errno.ENOTDIR;
    }
}
