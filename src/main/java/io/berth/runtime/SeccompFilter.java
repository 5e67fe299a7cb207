package io.berth.runtime;

import java.util.Arrays;

/**
 * A compiled filter: {@code struct sock_filter} instructions as bytes, 8 each, little endian (u16 code, u8 jt, u8 jf, u32 k).
 *
 * @param flags {@code SECCOMP_FILTER_FLAG_}
 */
public record SeccompFilter(byte[] program, int flags) {

    /** {@code BPF_MAXINSNS}. */
    private static final int MAX_INSTRUCTIONS = 4096;

    public SeccompFilter {
        if (program.length == 0 || program.length % 8 != 0 || program.length / 8 > MAX_INSTRUCTIONS) {
            throw new IllegalArgumentException("a filter of " + program.length / 8.0 + " instructions");
        }
        program = program.clone();
    }

    @Override
    public byte[] program() {
        return program.clone();
    }

    public int instructions() {
        return program.length / 8;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeccompFilter that && flags == that.flags && Arrays.equals(program, that.program);
    }

    @Override
    public int hashCode() {
        return 31 * flags + Arrays.hashCode(program);
    }

    @Override
    public String toString() {
        return "seccomp filter of " + instructions() + " instructions";
    }
}
