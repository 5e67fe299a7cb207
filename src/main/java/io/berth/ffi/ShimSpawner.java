package io.berth.ffi;

import java.nio.file.Path;
import java.util.List;

/**
 * Starts shims from a sealed copy in memory, so that nothing can change what runs and a newer Berth on disk disturbs nobody
 * (CVE-2019-5736). The JVM is never copied. Safe for use by many threads.
 */
public final class ShimSpawner implements AutoCloseable {

    private final Fd program;

    /** Copies the shim at {@code program}. */
    public ShimSpawner(Path program) {
        var error = new NativeError();
        this.program = new Fd(error.check(Native.library().berth_seal_executable(program.toString(), error.buffer())));
    }

    /**
     * Starts a shim. It gets {@code plan} and duplicates of {@code fds}; the caller closes its own.
     *
     * @throws NativeException the process could not be made; nothing is left
     */
    public ShimProcess spawn(byte[] plan, List<Fd> fds) {
        var error = new NativeError();
        int[] numbers = fds.stream().mapToInt(Fd::number).toArray();
        int[] pidfd = {-1};
        int pid = error.check(Native.library().berth_spawn_shim(program.number(), plan, plan.length, numbers, numbers.length, pidfd,
                error.buffer()));
        return new ShimProcess(pid, new Fd(pidfd[0]));
    }

    @Override
    public void close() {
        program.close();
    }
}
