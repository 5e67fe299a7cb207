package io.berth.runtime;

import io.berth.error.InvalidArgumentException;
import io.berth.instance.RecentMap;
import io.berth.runtime.SeccompProfile.Argument;
import io.berth.runtime.SeccompProfile.Condition;
import io.berth.runtime.SeccompProfile.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns profiles into programs for the kernel: by architecture, then a binary search over ranges of call numbers that are treated alike.
 * The last results are kept. Safe for use by many threads. Source: seccomp(2), linux/seccomp.h.
 */
public final class SeccompCompiler {

    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int ARGUMENTS = 16;
    private static final int KILL_PROCESS = 0x80000000;
    private static final int KEPT = 64;
    private static final List<SyscallTable> TABLES = SyscallTable.ofMachine();
    private static final int[] KERNEL = version(read("/proc/sys/kernel/osrelease"));

    private record Key(SeccompProfile profile, long capabilities) {}

    private static final Map<Key, SeccompFilter> COMPILED = new RecentMap<>(KEPT);

    /** What one call gets: conditional rules in their order, then an action. */
    private record Treatment(List<Rule> conditional, int action) {}

    private SeccompCompiler() {}

    /** The filter of a process that has these capabilities. @throws InvalidArgumentException the kernel cannot hold a filter so long */
    public static SeccompFilter compile(SeccompProfile profile, CapabilitySet capabilities) {
        var key = new Key(profile, capabilities.mask());
        synchronized (COMPILED) {
            return COMPILED.computeIfAbsent(key, missing -> translate(profile, capabilities));
        }
    }

    private static SeccompFilter translate(SeccompProfile profile, CapabilitySet capabilities) {
        var code = new BpfCode().returns(KILL_PROCESS);
        for (var table : TABLES.reversed()) {
            var own = new BpfCode().load(NUMBER).append(search(treatments(profile, capabilities, table), profile.defaultAction()));
            // A far jump, since the code of an architecture can be longer than eight bits tell.
            code = new BpfCode().branch(BpfCode.JEQ, table.auditNumber(), 1, 0).jump(own.size()).append(own).append(code);
        }
        byte[] program = new BpfCode().load(ARCHITECTURE).append(code).bytes();
        try {
            return new SeccompFilter(program, profile.flags());
        } catch (IllegalArgumentException tooLong) {
            throw new InvalidArgumentException("seccomp profile is too long: " + tooLong.getMessage(), tooLong);
        }
    }

    private static TreeMap<Integer, Treatment> treatments(SeccompProfile profile, CapabilitySet capabilities, SyscallTable table) {
        var conditional = new TreeMap<Integer, List<Rule>>();
        var plain = new TreeMap<Integer, Integer>();
        for (var rule : profile.rules()) {
            if (!counts(rule, capabilities, TABLES.getFirst())) {
                continue;
            }
            for (var name : rule.names()) {
                var number = table.numbers().get(name);
                if (number == null) {
                    continue;
                }
                if (rule.arguments().isEmpty()) {
                    plain.putIfAbsent(number, rule.action());
                } else {
                    conditional.computeIfAbsent(number, key -> new ArrayList<>()).add(rule);
                }
            }
        }
        var all = new TreeMap<Integer, Treatment>();
        conditional.forEach((number, rules) -> all.put(number, new Treatment(rules, plain.getOrDefault(number, profile.defaultAction()))));
        plain.forEach((number, action) -> all.putIfAbsent(number, new Treatment(List.of(), action)));
        return all;
    }

    private static boolean counts(Rule rule, CapabilitySet capabilities, SyscallTable machine) {
        var in = rule.includes();
        var out = rule.excludes();
        return in.capabilities().stream().allMatch(name -> has(capabilities, name))
                && (in.architectures().isEmpty() || in.architectures().contains(machine.goName()))
                && (in.minKernel() == null || isKernelAtLeast(in.minKernel()))
                && out.capabilities().stream().noneMatch(name -> has(capabilities, name))
                && !out.architectures().contains(machine.goName())
                && !(hasMinKernel(out) && isKernelAtLeast(out.minKernel()));
    }

    private static boolean hasMinKernel(Condition condition) {
        return condition.minKernel() != null;
    }

    private static boolean has(CapabilitySet capabilities, String name) {
        return capabilities.names().contains(name);
    }

    /** Ranges of neighbours that are treated alike, and a binary search among them. */
    private static BpfCode search(TreeMap<Integer, Treatment> treatments, int otherwise) {
        var starts = new ArrayList<Integer>();
        var bodies = new ArrayList<Treatment>();
        var unnamed = new Treatment(List.of(), otherwise);
        int next = 0;
        for (var entry : treatments.entrySet()) {
            if (entry.getKey() > next) {
                extend(starts, bodies, next, unnamed);
            }
            extend(starts, bodies, entry.getKey(), entry.getValue());
            next = entry.getKey() + 1;
        }
        extend(starts, bodies, next, unnamed);
        return between(starts, bodies, 0, starts.size());
    }

    private static void extend(List<Integer> starts, List<Treatment> bodies, int start, Treatment body) {
        if (bodies.isEmpty() || !bodies.getLast().equals(body)) {
            starts.add(start);
            bodies.add(body);
        }
    }

    private static BpfCode between(List<Integer> starts, List<Treatment> bodies, int first, int end) {
        if (end - first == 1) {
            return body(bodies.get(first));
        }
        int middle = (first + end) >>> 1;
        return BpfCode.split(starts.get(middle), between(starts, bodies, first, middle), between(starts, bodies, middle, end));
    }

    private static BpfCode body(Treatment treatment) {
        var code = new BpfCode();
        for (var rule : treatment.conditional()) {
            var conditions = new BpfCode();
            rule.arguments().forEach(argument -> conditions.append(condition(argument)));
            code.append(conditions.returns(rule.action()).otherwise());
        }
        return code.returns(treatment.action());
    }

    /** Goes on when the argument fits, else to FAIL. The kernel's registers have 32 bits: both halves are looked at. */
    private static BpfCode condition(Argument argument) {
        int low = ARGUMENTS + 8 * argument.index();
        int high = low + 4;
        int valueLow = (int) argument.value();
        int valueHigh = (int) (argument.value() >>> 32);
        int fail = BpfCode.FAIL;
        var code = new BpfCode();
        return switch (argument.operator()) {
            case EQ -> code.load(high).branch(BpfCode.JEQ, valueHigh, 0, fail).load(low).branch(BpfCode.JEQ, valueLow, 0, fail);
            case NE -> code.load(high).branch(BpfCode.JEQ, valueHigh, 0, 2).load(low).branch(BpfCode.JEQ, valueLow, fail, 0);
            case GT -> above(code, high, low, valueHigh, valueLow, BpfCode.JGT);
            case GE -> above(code, high, low, valueHigh, valueLow, BpfCode.JGE);
            case LT -> below(code, high, low, valueHigh, valueLow, BpfCode.JGE);
            case LE -> below(code, high, low, valueHigh, valueLow, BpfCode.JGT);
            case MASKED_EQ -> code.load(high).and(valueHigh).branch(BpfCode.JEQ, (int) (argument.valueTwo() >>> 32), 0, fail)
                    .load(low).and(valueLow).branch(BpfCode.JEQ, (int) argument.valueTwo(), 0, fail);
        };
    }

    private static BpfCode above(BpfCode code, int high, int low, int valueHigh, int valueLow, short comparison) {
        return code.load(high).branch(BpfCode.JGT, valueHigh, 3, 0).branch(BpfCode.JEQ, valueHigh, 0, BpfCode.FAIL)
                .load(low).branch(comparison, valueLow, 0, BpfCode.FAIL);
    }

    private static BpfCode below(BpfCode code, int high, int low, int valueHigh, int valueLow, short comparison) {
        return code.load(high).branch(BpfCode.JGT, valueHigh, BpfCode.FAIL, 0).branch(BpfCode.JEQ, valueHigh, 0, 2)
                .load(low).branch(comparison, valueLow, BpfCode.FAIL, 0);
    }

    private static boolean isKernelAtLeast(@Nullable String minimum) {
        int[] wanted = version(minimum == null ? "0.0" : minimum);
        return KERNEL[0] != wanted[0] ? KERNEL[0] > wanted[0] : KERNEL[1] >= wanted[1];
    }

    private static int[] version(String text) {
        String[] parts = text.strip().split("[^0-9]+");
        return new int[] {Integer.parseInt(parts[0]), parts.length > 1 ? Integer.parseInt(parts[1]) : 0};
    }

    private static String read(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + path, failure);
        }
    }
}
