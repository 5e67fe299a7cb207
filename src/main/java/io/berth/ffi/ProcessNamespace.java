package io.berth.ffi;

import java.nio.file.Path;

/** A kind of namespace that a process is in: namespaces(7). */
public enum ProcessNamespace {
    NETWORK("net", 0x40000000), PID("pid", 0x20000000), IPC("ipc", 0x08000000), MOUNT("mnt", 0x00020000), USER("user", 0x10000000);

    private final String file;
    private final long cloneFlag;

    ProcessNamespace(String file, long cloneFlag) {
        this.file = file;
        this.cloneFlag = cloneFlag;
    }

    /** {@code CLONE_NEW...}. */
    public long cloneFlag() {
        return cloneFlag;
    }

    /** The one that a process is in; the caller closes it. @throws NativeException there is no such process */
    public Fd of(int pid) {
        try (var process = RootDir.open(Path.of("/proc", Integer.toString(pid)))) {
            return of(process);
        }
    }

    /**
     * The one that a process is in; the caller closes it.
     *
     * @param process its folder in {@code /proc}, which is never that of another process that gets the number later
     * @throws NativeException the process is gone
     */
    public Fd of(RootDir process) {
        var error = new NativeError();
        return new Fd(error.check(Native.library().berth_namespace_of(process.fd().number(), file, error.buffer())));
    }
}
