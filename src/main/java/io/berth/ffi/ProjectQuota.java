package io.berth.ffi;

/**
 * Limits of what projects take on their file system. A project is a number; a folder that has one gives it to all that is made in it,
 * and nothing of another project can be moved there. Safe for use by many threads.
 */
public final class ProjectQuota {

    private ProjectQuota() {}

    /** Whether the file system of {@code dir} counts what projects take, and keeps them to their limits. */
    public static boolean isEnforced(RootDir dir) {
        return Native.library().berth_quota_enforced(dir.fd().number()) == 1;
    }

    /** 0 when the folder is part of none. */
    public static long projectOf(RootDir dir) {
        var error = new NativeError();
        return error.check(Native.library().berth_project_of(dir.fd().number(), error.buffer()));
    }

    /** Makes {@code dir}, not what is in it already, part of a project. */
    public static void join(RootDir dir, long project) {
        var error = new NativeError();
        error.check(Native.library().berth_project_set(dir.fd().number(), project, error.buffer()));
    }

    /** Whether a project has a limit, or files on the file system of {@code dir}, open ones that were deleted among them. */
    public static boolean isInUse(RootDir dir, long project) {
        var error = new NativeError();
        return error.check(Native.library().berth_project_in_use(dir.fd().number(), project, error.buffer())) == 1;
    }

    /** Lets the project take this much of the disk, rounded up to blocks; 0 for any amount. */
    public static void limit(RootDir dir, long project, long bytes) {
        var error = new NativeError();
        error.check(Native.library().berth_project_limit(dir.fd().number(), project, bytes, error.buffer()));
    }
}
