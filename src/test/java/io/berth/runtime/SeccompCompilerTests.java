package io.berth.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeccompCompilerTests {

    private static final int ALLOW = 0x7fff0000;
    private static final int EPERM = 0x00050001;
    private static final int ENOSYS = 0x00050026;
    private static final int KILL_PROCESS = 0x80000000;
    private static final CapabilitySet ADMIN = new CapabilitySet(CapabilitySet.DEFAULT.mask() | Capability.SYS_ADMIN.bit());
    private static final SyscallTable NATIVE = SyscallTable.ofMachine().getFirst();

    private final byte[] usual = SeccompCompiler.compile(SeccompProfile.builtIn(), CapabilitySet.DEFAULT).program();
    private final byte[] admin = SeccompCompiler.compile(SeccompProfile.builtIn(), ADMIN).program();

    private static int run(byte[] program, String call, long... arguments) {
        return BpfMachine.run(program, NATIVE.auditNumber(), NATIVE.numbers().get(call), arguments);
    }

    @Test
    void everydayCallsAreAllowed() {
        for (var call : List.of("read", "write", "openat", "execve", "mmap", "futex", "epoll_pwait", "exit_group", "getrandom")) {
            assertThat(run(usual, call)).as(call).isEqualTo(ALLOW);
        }
    }

    @Test
    void callsOfAdministratorsNeedTheCapability() {
        for (var call : List.of("mount", "umount2", "setns", "unshare", "bpf", "fsopen", "move_mount")) {
            assertThat(run(usual, call)).as(call).isEqualTo(EPERM);
            assertThat(run(admin, call)).as(call).isEqualTo(ALLOW);
        }
        assertThat(run(usual, "clone3")).isEqualTo(ENOSYS);
    }

    @Test
    void cloneMayNotMakeNamespaces() {
        assertThat(run(usual, "clone", 0x11)).isEqualTo(ALLOW);
        assertThat(run(usual, "clone", 0x10000000)).isEqualTo(EPERM);
        assertThat(run(usual, "clone", 0x00020000)).isEqualTo(EPERM);
    }

    @Test
    void socketFamiliesThatReachTheKernelsInsidesAreDenied() {
        assertThat(run(usual, "socket", 1)).isEqualTo(ALLOW);
        assertThat(run(usual, "socket", 2)).isEqualTo(ALLOW);
        assertThat(run(usual, "socket", 38)).as("AF_ALG").isEqualTo(EPERM);
        assertThat(run(usual, "socket", 40)).as("AF_VSOCK").isEqualTo(EPERM);
    }

    @Test
    void otherArchitecturesAreKilled() {
        assertThat(BpfMachine.run(usual, 0x12345678, 0)).isEqualTo(KILL_PROCESS);
    }

    /** Each number against the profile, read in the simplest way. */
    @Test
    void everyNumberGetsWhatTheProfileSays() {
        var profile = SeccompProfile.builtIn();
        for (var table : SyscallTable.ofMachine()) {
            for (int number = 0; number < 600; number++) {
                assertThat(BpfMachine.run(usual, table.auditNumber(), number, 0, 0, 0, 0, 0, 0)).as("%s %d", table.goName(), number)
                        .isEqualTo(expected(profile, table, number));
            }
        }
    }

    private static int expected(SeccompProfile profile, SyscallTable table, int number) {
        int plain = profile.defaultAction();
        for (var rule : profile.rules().reversed()) {
            if (names(rule, table, number) && counts(rule) && rule.arguments().isEmpty()) {
                plain = rule.action();
            }
        }
        for (var rule : profile.rules()) {
            if (names(rule, table, number) && counts(rule) && !rule.arguments().isEmpty() && rule.arguments().stream().allMatch(SeccompCompilerTests::fitsZero)) {
                return rule.action();
            }
        }
        return plain;
    }

    private static boolean names(SeccompProfile.Rule rule, SyscallTable table, int number) {
        return rule.names().stream().anyMatch(name -> Integer.valueOf(number).equals(table.numbers().get(name)));
    }

    private static boolean counts(SeccompProfile.Rule rule) {
        var names = CapabilitySet.DEFAULT.names();
        var machine = NATIVE.goName();
        return names.containsAll(rule.includes().capabilities()) && rule.excludes().capabilities().stream().noneMatch(names::contains)
                && (rule.includes().architectures().isEmpty() || rule.includes().architectures().contains(machine))
                && !rule.excludes().architectures().contains(machine);
    }

    private static boolean fitsZero(SeccompProfile.Argument argument) {
        return switch (argument.operator()) {
            case EQ -> argument.value() == 0;
            case NE -> argument.value() != 0;
            case LT -> argument.value() != 0;
            case LE -> true;
            case GE -> argument.value() == 0;
            case GT -> false;
            case MASKED_EQ -> argument.valueTwo() == 0;
        };
    }

    @ParameterizedTest
    @CsvSource({
        "SCMP_CMP_EQ,4294967301,4294967301,true", "SCMP_CMP_EQ,4294967301,5,false",
        "SCMP_CMP_NE,4294967301,4294967301,false", "SCMP_CMP_NE,4294967301,5,true",
        "SCMP_CMP_GT,4294967301,4294967302,true", "SCMP_CMP_GT,4294967301,4294967301,false", "SCMP_CMP_GT,5,4294967296,true",
        "SCMP_CMP_GE,4294967301,4294967301,true", "SCMP_CMP_GE,4294967301,4294967300,false",
        "SCMP_CMP_LT,4294967301,4294967300,true", "SCMP_CMP_LT,4294967301,4294967301,false", "SCMP_CMP_LT,4294967301,5,true",
        "SCMP_CMP_LE,4294967301,4294967301,true", "SCMP_CMP_LE,5,4294967296,false"})
    void argumentsAreComparedInAll64Bits(String operator, String value, long argument, boolean fits) {
        var profile = SeccompProfile.parse("""
                {"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW",
                 "args":[{"index":2,"value":%s,"op":"%s"}]}]}""".formatted(value, operator));
        var program = SeccompCompiler.compile(profile, CapabilitySet.DEFAULT).program();
        assertThat(run(program, "read", 0, 0, argument)).isEqualTo(fits ? ALLOW : EPERM);
    }

    @Test
    void profilesThatMakeNoSenseAreRefused() {
        for (var text : List.of("{", "{\"defaultAction\":\"SCMP_ACT_NONSENSE\"}",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"args\":[{\"index\":9}]}]}")) {
            assertThatThrownBy(() -> SeccompProfile.parse(text)).isInstanceOf(InvalidArgumentException.class)
                    .hasMessageStartingWith("Decoding seccomp profile failed");
        }
    }
}
