package io.berth.ffi;

import java.nio.file.Path;

/** Programs that decide which devices a cgroup v2 may use. */
public final class DeviceFilter {

    private static final int INSTRUCTION_BYTES = 8;

    private DeviceFilter() {}

    /**
     * Attaches a program beside those that are there: a device is allowed when all allow it. It goes with the cgroup.
     *
     * @param program eBPF instructions over {@code struct bpf_cgroup_dev_ctx}
     * @throws NativeException the kernel refuses it
     */
    public static void attach(Path cgroup, byte[] program) {
        var error = new NativeError();
        error.check(Native.library().berth_device_filter_attach(FileNames.terminated(cgroup.toString()), program,
                program.length / INSTRUCTION_BYTES, error.buffer()));
    }
}
