package io.berth.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The system calls of one architecture.
 *
 * @param goName as profiles name it: {@code amd64}
 * @param auditNumber {@code AUDIT_ARCH_}, linux/audit.h
 */
record SyscallTable(String goName, int auditNumber, Map<String, Integer> numbers) {

    /** The architectures whose programs this machine runs, its own first. 32-bit ARM and x32 programs get what no rule names. */
    static List<SyscallTable> ofMachine() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> List.of(load("amd64", 0xC000003E, "x86_64"), load("x86", 0x40000003, "i386"));
            case "aarch64" -> List.of(load("arm64", 0xC00000B7, "aarch64"));
            default -> throw new IllegalStateException("no system calls are known of " + System.getProperty("os.arch"));
        };
    }

    private static SyscallTable load(String goName, int auditNumber, String file) {
        var path = "/seccomp/syscalls-" + file + ".txt";
        var in = SyscallTable.class.getResourceAsStream(path);
        if (in == null) {
            throw new IllegalStateException(path + " is not in the class path");
        }
        try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            var numbers = new HashMap<String, Integer>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int space = line.indexOf(' ');
                numbers.put(line.substring(0, space), Integer.parseInt(line.substring(space + 1).strip()));
            }
            return new SyscallTable(goName, auditNumber, Map.copyOf(numbers));
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + path, failure);
        }
    }
}
