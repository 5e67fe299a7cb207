package io.berth.ffi;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A kind of namespace that a process is in: namespaces(7). */
public enum ProcessNamespace {
    PID("pid", 0x20000000), NETWORK("net", 0x40000000), MOUNT("mnt", 0x00020000), UTS("uts", 0x04000000), IPC("ipc", 0x08000000),
    USER("user", 0x10000000), CGROUP("cgroup", 0x02000000), TIME("time", 0x00000080);

    private static final int NAME_BYTES = 65;

    private final String file;
    private final long cloneFlag;

    ProcessNamespace(String file, long cloneFlag) {
        this.file = file;
        this.cloneFlag = cloneFlag;
    }

    /** Its name in {@code /proc/PID/ns}. */
    public String word() {
        return file;
    }

    /** The host name that a UTS namespace holds. @param namespace stays the caller's */
    public static String hostNameIn(Fd namespace) {
        var error = new NativeError();
        byte[] name = new byte[NAME_BYTES];
        error.check(Native.library().berth_uts_host_name(namespace.number(), name, name.length, error.buffer()));
        int length = 0;
        while (name[length] != 0) {
            length++;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
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
