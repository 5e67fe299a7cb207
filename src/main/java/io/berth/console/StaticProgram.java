package io.berth.console;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Whether a program needs nothing but itself. Source: elf(5). */
final class StaticProgram {

    private static final int MAGIC = 0x7f454c46;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int AT_TYPE = 16;
    private static final int AT_PROGRAM_HEADERS = 32;
    private static final int AT_HEADER_SIZE = 54;
    private static final int EXECUTABLE = 2;
    private static final int POSITION_INDEPENDENT = 3;
    private static final int INTERPRETER = 3;
    private static final int ELF_HEADER = 64;

    private StaticProgram() {}

    /** A 64-bit program without an interpreter. */
    static boolean is(byte[] program) {
        if (program.length < ELF_HEADER) {
            return false;
        }
        var elf = ByteBuffer.wrap(program);
        if (elf.getInt(0) != MAGIC || program[4] != CLASS_64) {
            return false;
        }
        elf.order(program[5] == LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int type = elf.getShort(AT_TYPE);
        return (type == EXECUTABLE || type == POSITION_INDEPENDENT) && !hasInterpreter(elf);
    }

    private static boolean hasInterpreter(ByteBuffer elf) {
        long headers = elf.getLong(AT_PROGRAM_HEADERS);
        int size = Short.toUnsignedInt(elf.getShort(AT_HEADER_SIZE));
        int count = Short.toUnsignedInt(elf.getShort(AT_HEADER_SIZE + 2));
        for (int i = 0; i < count; i++) {
            long at = headers + (long) i * size;
            if (at < 0 || at + Integer.BYTES > elf.limit() || elf.getInt((int) at) == INTERPRETER) {
                return true;
            }
        }
        return false;
    }
}
