package io.berth.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A piece of a classic BPF program, put together from its end: jumps go forward only. Source: linux/filter.h, seccomp(2). */
final class BpfCode {

    private static final short LOAD = 0x20;
    private static final short AND = 0x54;
    private static final short JUMP = 0x05;
    private static final short RETURN = 0x06;
    static final short JEQ = 0x15;
    static final short JGT = 0x25;
    static final short JGE = 0x35;
    /** A jump to what the piece is followed by; settled by {@link #otherwise}. */
    static final int FAIL = -1;
    private static final int FARTHEST = 255;

    private record Instruction(short code, int whenTrue, int whenFalse, int operand) {}

    private final List<Instruction> instructions = new ArrayList<>();

    int size() {
        return instructions.size();
    }

    BpfCode load(int offset) {
        instructions.add(new Instruction(LOAD, 0, 0, offset));
        return this;
    }

    BpfCode and(int mask) {
        instructions.add(new Instruction(AND, 0, 0, mask));
        return this;
    }

    BpfCode jump(int distance) {
        instructions.add(new Instruction(JUMP, 0, 0, distance));
        return this;
    }

    BpfCode returns(int action) {
        instructions.add(new Instruction(RETURN, 0, 0, action));
        return this;
    }

    /** Distances count from the next instruction; {@link #FAIL} leaves the piece. */
    BpfCode branch(short comparison, int operand, int whenTrue, int whenFalse) {
        instructions.add(new Instruction(comparison, whenTrue, whenFalse, operand));
        return this;
    }

    BpfCode append(BpfCode other) {
        instructions.addAll(other.instructions);
        return this;
    }

    /** Lets each {@link #FAIL} go to the end of this piece. */
    BpfCode otherwise() {
        for (int at = 0; at < instructions.size(); at++) {
            var one = instructions.get(at);
            int end = instructions.size() - at - 1;
            instructions.set(at, new Instruction(one.code, one.whenTrue == FAIL ? end : one.whenTrue,
                    one.whenFalse == FAIL ? end : one.whenFalse, one.operand));
        }
        return this;
    }

    /** {@code below} for numbers less than {@code limit}, else {@code above}; a far jump where eight bits do not reach. */
    static BpfCode split(int limit, BpfCode below, BpfCode above) {
        var code = new BpfCode();
        if (below.size() <= FARTHEST) {
            code.branch(JGE, limit, below.size(), 0);
        } else {
            code.branch(JGE, limit, 0, 1).jump(below.size());
        }
        return code.append(below).append(above);
    }

    byte[] bytes() {
        var bytes = ByteBuffer.allocate(8 * instructions.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (var one : instructions) {
            if (one.whenTrue < 0 || one.whenTrue > FARTHEST || one.whenFalse < 0 || one.whenFalse > FARTHEST) {
                throw new IllegalStateException("a jump that eight bits do not hold");
            }
            bytes.putShort(one.code).put((byte) one.whenTrue).put((byte) one.whenFalse).putInt(one.operand);
        }
        return bytes.array();
    }
}
