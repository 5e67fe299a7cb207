package io.berth.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Device rules as an eBPF program for cgroup v2, which has no files for them. The context is {@code struct bpf_cgroup_dev_ctx} of
 * linux/bpf.h: access and type in one word, major, minor. A later rule wins; what no rule names is denied.
 */
final class DeviceProgram {

    /** One instruction in memory: code, registers, jump distance, operand. Source: kernel, bpf/instruction-set. */
    private record Instruction(int code, int destination, int source, int offset, int operand) {}

    private static final int LOAD_WORD = 0x61;
    private static final int MOVE_REGISTER = 0xbc;
    private static final int AND = 0x54;
    private static final int SHIFT_RIGHT = 0x74;
    private static final int JUMP_IF_NOT = 0x55;
    private static final int JUMP_IF = 0x15;
    private static final int MOVE = 0xb7;
    private static final int EXIT = 0x95;

    private static final int RESULT = 0;
    /** The context at first, then free. */
    private static final int SCRATCH = 1;
    private static final int TYPE = 2;
    private static final int ACCESS = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;

    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;
    private static final int EVERY_ACCESS = 7;

    private final List<Instruction> program = new ArrayList<>();

    private DeviceProgram() {}

    static byte[] compile(List<DeviceRule> rules) {
        var compiler = new DeviceProgram();
        compiler.add(LOAD_WORD, TYPE, SCRATCH, 0, 0);
        compiler.add(MOVE_REGISTER, ACCESS, TYPE, 0, 0);
        compiler.add(AND, TYPE, 0, 0, 0xffff);
        compiler.add(SHIFT_RIGHT, ACCESS, 0, 0, 16);
        compiler.add(LOAD_WORD, MAJOR, SCRATCH, 4, 0);
        compiler.add(LOAD_WORD, MINOR, SCRATCH, 8, 0);
        rules.reversed().forEach(compiler::rule);
        compiler.answer(false);
        return compiler.bytes();
    }

    private void rule(DeviceRule rule) {
        int begin = program.size();
        if (rule.type() != 'a') {
            add(JUMP_IF_NOT, TYPE, 0, 0, rule.type() == 'b' ? BLOCK : CHARACTER);
        }
        int access = mask(rule.access());
        if (rule.allow() ? access != EVERY_ACCESS : access != 0) {
            // Allowed is a request that the rule covers wholly; denied is one that it touches.
            add(MOVE_REGISTER, SCRATCH, ACCESS, 0, 0);
            add(AND, SCRATCH, 0, 0, rule.allow() ? ~access & EVERY_ACCESS : access);
            add(rule.allow() ? JUMP_IF_NOT : JUMP_IF, SCRATCH, 0, 0, 0);
        }
        if (rule.major() != DeviceRule.ANY) {
            add(JUMP_IF_NOT, MAJOR, 0, 0, rule.major());
        }
        if (rule.minor() != DeviceRule.ANY) {
            add(JUMP_IF_NOT, MINOR, 0, 0, rule.minor());
        }
        answer(rule.allow());
        int end = program.size();
        for (int at = begin; at < end; at++) {
            var one = program.get(at);
            if (one.code == JUMP_IF_NOT || one.code == JUMP_IF) {
                program.set(at, new Instruction(one.code, one.destination, one.source, end - at - 1, one.operand));
            }
        }
    }

    /** {@code BPF_DEVCG_ACC_}. */
    private static int mask(String access) {
        return (access.contains("m") ? 1 : 0) | (access.contains("r") ? 2 : 0) | (access.contains("w") ? 4 : 0);
    }

    private void answer(boolean allowed) {
        add(MOVE, RESULT, 0, 0, allowed ? 1 : 0);
        add(EXIT, 0, 0, 0, 0);
    }

    private void add(int code, int destination, int source, int offset, int operand) {
        program.add(new Instruction(code, destination, source, offset, operand));
    }

    private byte[] bytes() {
        var bytes = ByteBuffer.allocate(8 * program.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (var one : program) {
            bytes.put((byte) one.code).put((byte) (one.destination | one.source << 4)).putShort((short) one.offset).putInt(one.operand);
        }
        return bytes.array();
    }
}
