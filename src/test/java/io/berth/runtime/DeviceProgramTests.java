package io.berth.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.berth.ffi.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DeviceProgramTests {

    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;
    private static final int MAKE = 1;
    private static final int READ = 2;
    private static final int WRITE = 4;

    @Test
    void defaultsAllowTheUsualDevicesAndToMakeAll() {
        byte[] program = DeviceProgram.compile(DeviceRule.DEFAULT);
        assertThat(run(program, CHARACTER, READ | WRITE, 1, 3)).isEqualTo(1);
        assertThat(run(program, CHARACTER, READ, 136, 77)).isEqualTo(1);
        assertThat(run(program, BLOCK, MAKE, 8, 0)).isEqualTo(1);
        assertThat(run(program, BLOCK, READ, 8, 0)).isZero();
        assertThat(run(program, BLOCK, READ | MAKE, 8, 0)).isZero();
        assertThat(run(program, CHARACTER, READ, 1, 1)).isZero();
    }

    @Test
    void laterRulesWin() {
        byte[] program = DeviceProgram.compile(List.of(new DeviceRule(true, 'a', -1, -1, "rwm"), new DeviceRule(false, 'c', 10, 229, "rwm")));
        assertThat(run(program, CHARACTER, READ, 10, 229)).isZero();
        assertThat(run(program, CHARACTER, READ, 10, 200)).isEqualTo(1);
        assertThat(run(program, BLOCK, READ | WRITE, 10, 229)).isEqualTo(1);
    }

    @Test
    void requestNeedsAllItsAccessFromOneRule() {
        byte[] program = DeviceProgram.compile(List.of(DeviceRule.parse("b 8:* r"), DeviceRule.parse("b 9:1 rw")));
        assertThat(run(program, BLOCK, READ, 8, 5)).isEqualTo(1);
        assertThat(run(program, BLOCK, READ | WRITE, 8, 5)).isZero();
        assertThat(run(program, BLOCK, READ | WRITE, 9, 1)).isEqualTo(1);
        assertThat(run(program, BLOCK, READ, 9, 2)).isZero();
    }

    @Test
    @Tag("privileged")
    void kernelEnforcesIt() throws IOException, InterruptedException {
        var tree = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) ? Path.of("/sys/fs/cgroup") : Path.of("/sys/fs/cgroup/unified");
        assumeTrue(Files.isWritable(tree.resolve("cgroup.procs")), "there is no unified tree that we may write");
        Native.load(Path.of(System.getProperty("java.io.tmpdir"), "berth-test-native"));
        var cgroup = new CgroupV2(tree, tree.resolve("berth-device-test" + ProcessHandle.current().pid()));
        cgroup.make();
        try {
            cgroup.setDevices(List.of(DeviceRule.parse("c 1:3 rwm"), DeviceRule.parse("c 5:* rwm"), DeviceRule.parse("c 136:* rwm")));
            var script = "echo $$ > " + cgroup.folders().get("unified") + "/cgroup.procs && echo x > /dev/null && ! head -c1 /dev/zero";
            var process = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
            var out = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor()).as(out).isZero();
            assertThat(out).contains("Operation not permitted");
        } finally {
            cgroup.delete();
        }
    }

    /** Runs a program over {@code struct bpf_cgroup_dev_ctx}: the instructions that device programs use. */
    private static long run(byte[] program, int type, int access, int major, int minor) {
        int[] context = {access << 16 | type, major, minor};
        long[] registers = new long[11];
        var code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; ; at++) {
            int operation = Byte.toUnsignedInt(code.get(at * 8));
            int to = code.get(at * 8 + 1) & 15;
            int from = code.get(at * 8 + 1) >> 4 & 15;
            int offset = code.getShort(at * 8 + 2);
            int operand = code.getInt(at * 8 + 4);
            switch (operation) {
                case 0x61 -> registers[to] = Integer.toUnsignedLong(context[offset / 4]);
                case 0xbc -> registers[to] = registers[from] & 0xffffffffL;
                case 0x54 -> registers[to] &= Integer.toUnsignedLong(operand);
                case 0x74 -> registers[to] = (registers[to] & 0xffffffffL) >>> operand;
                case 0x55 -> at += registers[to] != operand ? offset : 0;
                case 0x15 -> at += registers[to] == operand ? offset : 0;
                case 0xb7 -> registers[to] = operand;
                case 0x95 -> {
                    return registers[0];
                }
                default -> throw new IllegalStateException("instruction " + Integer.toHexString(operation));
            }
        }
    }
}
