package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the kernel lets a container do, asked by a program inside. Each question is asked again where the engine was told to protect less:
 * the answer must then be the other one.
 */
class SyscallsIT {

    private static final int EBADF = 9;
    private static final int EPERM = 1;
    private static final Set<String> DEFAULT_CAPABILITIES = Set.of("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD",
            "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE");

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static Path probe;

    @BeforeAll
    static void compile() {
        probe = BERTH.home().resolve("probe");
        Command.run("gcc", "-static", "-O1", "-o", probe.toString(), Path.of("src/test/resources/it/probe.c").toAbsolutePath().toString()).ok();
    }

    @Test
    void systemCallsAreThoseOfTheProfile() throws IOException {
        matchesTheProfile("syscalls", "x86_64");
    }

    @Test
    void systemCallsOf32BitProgramsAreThoseOfTheProfile() throws IOException {
        // close(-1), which nobody refuses: a kernel without calls of 32-bit programs ends who makes one.
        assumeTrue(answers("syscalls32", "--security-opt", "seccomp=unconfined").get(6) == EBADF, "the kernel runs 32-bit programs");
        matchesTheProfile("syscalls32", "i386");
    }

    private static void matchesTheProfile(String mode, String table) throws IOException {
        var confined = answers(mode);
        var unconfined = answers(mode, "--security-opt", "seccomp=unconfined");
        var names = names(table);
        var allowed = allowed();
        var wronglyRefused = new TreeSet<String>();
        var wronglyAllowed = new TreeSet<String>();
        int refusedByTheProfileAlone = 0;
        for (int number : confined.keySet()) {
            var name = names.get(number);
            if (name == null || name.equals("socket") || name.equals("socketcall") || name.equals("personality") || name.startsWith("clone")) {
                // No call, or one that depends on its arguments.
                continue;
            }
            boolean refused = confined.get(number) == EPERM;
            boolean refusedAnyway = unconfined.get(number) == EPERM;
            if (!allowed.contains(name) && !refused) {
                wronglyAllowed.add(name);
            }
            if (allowed.contains(name) && refused && !refusedAnyway) {
                wronglyRefused.add(name);
            }
            refusedByTheProfileAlone += refused && !refusedAnyway ? 1 : 0;
        }
        assertThat(wronglyAllowed).as("let through").isEmpty();
        assertThat(wronglyRefused).as("refused").isEmpty();
        assertThat(refusedByTheProfileAlone).as("calls that an unconfined container may make, and no other").isGreaterThan(15);
    }

    @Test
    void socketFamiliesAreThoseOfTheProfile() {
        var confined = answers("families");
        var unconfined = answers("families", "--security-opt", "seccomp=unconfined");
        for (int family : confined.keySet()) {
            // AF_ALG is 38, AF_VSOCK is 40.
            assertThat(confined.get(family)).as("family %d", family).isEqualTo(family == 38 || family == 40 ? EPERM : unconfined.get(family));
        }
        assertThat(List.of(unconfined.get(38), unconfined.get(40))).as("what an unconfined container gets").doesNotContain(EPERM);
    }

    /** Attack class: the engine's program, already inside and still with the engine's rights, taken over before it executes. */
    @Test
    void nobodyInsideReachesAProgramThatIsEntering() {
        int entries = Boolean.getBoolean("berth.thorough") ? 1000 : 40;
        Rounds.of(1, (i, rounds) -> {
            var seen = watched(entries);
            rounds.count("looks at programs of the container", seen.get("own") > 0);
            assertThat(seen.get("foreign")).as("looks at what had not executed yet").isZero();
        });
        Rounds.of(1, (i, rounds) -> rounds.count("looks at it that a container with the right to trace everything gets",
                watched(entries, "--cap-add", "SYS_PTRACE").get("foreign") > 0));
    }

    private static Map<String, Long> watched(int entries, String... options) {
        var command = new ArrayList<>(List.of("run", "-d", "--name", "watched", "-v", probe + ":/probe:ro"));
        command.addAll(List.of(options));
        command.addAll(List.of("busybox", "/probe", "watch"));
        BERTH.docker(command.toArray(String[]::new)).ok();
        for (int entry = 0; entry < entries; entry++) {
            BERTH.docker("exec", "watched", "/bin/busybox", "usleep", "2000").ok();
        }
        BERTH.docker("exec", "watched", "/bin/busybox", "touch", "/stop").ok();
        assertThat(BERTH.docker("wait", "watched").ok()).isEqualTo("0");
        var words = BERTH.docker("logs", "watched").ok().split(" ");
        BERTH.docker("rm", "-f", "watched").ok();
        var seen = new HashMap<String, Long>();
        for (int i = 0; i + 1 < words.length; i += 2) {
            seen.put(words[i], Long.parseLong(words[i + 1]));
        }
        return seen;
    }

    /** Number of the call and the error it got. */
    private static Map<Integer, Integer> answers(String mode, String... options) {
        var command = new ArrayList<>(List.of("run", "--rm", "-v", probe + ":/probe:ro"));
        command.addAll(List.of(options));
        command.addAll(List.of("busybox", "/probe", mode));
        return BERTH.docker(command.toArray(String[]::new)).ok().lines().map(line -> line.split(" "))
                .collect(Collectors.toMap(pair -> Integer.parseInt(pair[0]), pair -> Integer.parseInt(pair[1])));
    }

    private static Map<Integer, String> names(String table) throws IOException {
        try (var in = SyscallsIT.class.getResourceAsStream("/seccomp/syscalls-" + table + ".txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" ")).collect(Collectors.toMap(pair -> Integer.parseInt(pair[1]), pair -> pair[0], (one, other) -> one));
        }
    }

    /** What the profile lets a container with the default capabilities do whatever the arguments, on x86. */
    private static Set<String> allowed() throws IOException {
        try (var in = SyscallsIT.class.getResourceAsStream("/seccomp/default.json")) {
            var allowed = new HashSet<String>();
            for (JsonNode rule : new JsonMapper().readTree(in).path("syscalls")) {
                if (rule.path("action").asString("").equals("SCMP_ACT_ALLOW") && (rule.path("args").isMissingNode() || rule.path("args").isNull()) && holds(rule)) {
                    rule.path("names").forEach(name -> allowed.add(name.asString("")));
                }
            }
            return allowed;
        }
    }

    private static boolean holds(JsonNode rule) {
        var capabilities = texts(rule.path("includes").path("caps"));
        var architectures = texts(rule.path("includes").path("arches"));
        return DEFAULT_CAPABILITIES.containsAll(capabilities) && texts(rule.path("excludes").path("caps")).stream().noneMatch(DEFAULT_CAPABILITIES::contains)
                && (architectures.isEmpty() || architectures.stream().anyMatch(Set.of("amd64", "x86", "x32")::contains));
    }

    private static Set<String> texts(JsonNode list) {
        var texts = new HashSet<String>();
        list.forEach(text -> texts.add(text.asString("")));
        return texts;
    }
}
