package io.berth.container;

import io.berth.ffi.Fd;
import io.berth.ffi.ProcessNamespace;
import io.berth.instance.IdMap;
import io.berth.network.NamespaceOwner;
import io.berth.runtime.LaunchOp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces of one start, the network's apart: those to make, and those of other containers to join. Closing it closes the descriptors,
 * of which a shim has its own.
 *
 * @param made {@code CLONE_NEW...} of all that are made
 * @param user which user namespace there is
 * @param sharedMemory what is bound at {@code /dev/shm}; null when the container has a file system of its own there, or none
 */
record Namespaces(long made, User user, @Nullable Fd pid, @Nullable Fd ipc, @Nullable Path sharedMemory) implements AutoCloseable {

    static final long NEWNS = 0x00020000;
    static final long NEWUTS = 0x04000000;

    /**
     * The user namespace of a start.
     *
     * @param ids null when it is the host's
     * @param joined that of another container; null when there is none to join
     */
    record User(@Nullable IdMap ids, @Nullable Fd joined) implements AutoCloseable {

        /** To whom a network namespace belongs. */
        NamespaceOwner owner() {
            return ids == null ? new NamespaceOwner.Host() : joined == null ? new NamespaceOwner.Fresh(ids) : new NamespaceOwner.Shared(joined);
        }

        @Override
        public void close() {
            if (joined != null) {
                joined.close();
            }
        }
    }

    /** What has the shim make and join them. */
    List<LaunchOp> ops() {
        var ops = new ArrayList<LaunchOp>();
        ops.add(new LaunchOp.Namespaces(made));
        if (pid != null) {
            ops.add(new LaunchOp.JoinNamespace(pid, ProcessNamespace.PID.cloneFlag()));
        }
        if (ipc != null) {
            ops.add(new LaunchOp.JoinNamespace(ipc, ProcessNamespace.IPC.cloneFlag()));
        }
        return ops;
    }

    @Override
    public void close() {
        user.close();
        if (pid != null) {
            pid.close();
        }
        if (ipc != null) {
            ipc.close();
        }
    }
}
