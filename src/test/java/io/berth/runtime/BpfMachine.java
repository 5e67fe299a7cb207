package io.berth.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs classic BPF programs over {@code struct seccomp_data}: the instructions that filters use, as bpf(4) has them. */
final class BpfMachine {

    private BpfMachine() {}

    static int run(byte[] program, int architecture, int number, long... arguments) {
        var data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putInt(number).putInt(architecture).putLong(0);
        for (long argument : arguments) {
            data.putLong(argument);
        }
        var code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        int accumulator = 0;
        for (int at = 0; ; at++) {
            int operation = Short.toUnsignedInt(code.getShort(at * 8));
            int whenTrue = Byte.toUnsignedInt(code.get(at * 8 + 2));
            int whenFalse = Byte.toUnsignedInt(code.get(at * 8 + 3));
            int operand = code.getInt(at * 8 + 4);
            switch (operation) {
                case 0x20 -> accumulator = data.getInt(operand);
                case 0x54 -> accumulator &= operand;
                case 0x05 -> at += operand;
                case 0x15 -> at += accumulator == operand ? whenTrue : whenFalse;
                case 0x25 -> at += Integer.compareUnsigned(accumulator, operand) > 0 ? whenTrue : whenFalse;
                case 0x35 -> at += Integer.compareUnsigned(accumulator, operand) >= 0 ? whenTrue : whenFalse;
                case 0x06 -> {
                    return operand;
                }
                default -> throw new IllegalStateException("instruction " + Integer.toHexString(operation));
            }
        }
    }
}
