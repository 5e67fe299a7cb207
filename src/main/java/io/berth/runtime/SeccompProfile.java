package io.berth.runtime;

import io.berth.error.InvalidArgumentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which system calls a container may make: Docker's profile format.
 *
 * @param defaultAction {@code SECCOMP_RET_} value for calls that no rule names
 * @param flags {@code SECCOMP_FILTER_FLAG_}
 */
public record SeccompProfile(int defaultAction, List<Rule> rules, int flags) {

    private static final int RET_ERRNO = 0x00050000;
    private static final int EPERM = 1;
    private static final int MAX_ERRNO = 4095;
    private static final Map<String, Integer> FLAGS =
            Map.of("SECCOMP_FILTER_FLAG_LOG", 2, "SECCOMP_FILTER_FLAG_SPEC_ALLOW", 4, "SECCOMP_FILTER_FLAG_TSYNC", 0);

    /** How an argument is compared. */
    enum Operator { NE, LT, LE, EQ, GE, GT, MASKED_EQ }

    /** A condition on argument {@code index}; for {@code MASKED_EQ} {@code value} is the mask. Unsigned, 64 bits. */
    record Argument(int index, long value, long valueTwo, Operator operator) {}

    /** When a rule counts: empty lists mean always. */
    record Condition(List<String> capabilities, List<String> architectures, @Nullable String minKernel) {}

    /** Calls that get an action when all arguments fit. */
    record Rule(List<String> names, int action, List<Argument> arguments, Condition includes, Condition excludes) {}

    public SeccompProfile {
        rules = List.copyOf(rules);
    }

    private static final class BuiltIn {
        private static final SeccompProfile PROFILE = load();

        private static SeccompProfile load() {
            try (var in = SeccompProfile.class.getResourceAsStream("/seccomp/default.json")) {
                if (in == null) {
                    throw new IllegalStateException("seccomp/default.json is not in the class path");
                }
                return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException failure) {
                throw new UncheckedIOException("read the default seccomp profile", failure);
            }
        }
    }

    /** Docker's default profile. */
    public static SeccompProfile builtIn() {
        return BuiltIn.PROFILE;
    }

    /** Reads a profile. @throws InvalidArgumentException {@code Decoding seccomp profile failed: ...} */
    public static SeccompProfile parse(String json) {
        try {
            JsonNode root = new JsonMapper().readTree(json);
            int errno = root.path("defaultErrnoRet").asInt(EPERM);
            var rules = new ArrayList<Rule>();
            for (JsonNode rule : root.path("syscalls")) {
                rules.add(rule(rule, errno));
            }
            int flags = 0;
            for (JsonNode flag : root.path("flags")) {
                flags |= required(FLAGS.get(flag.asString("")), "unknown flag", flag);
            }
            return new SeccompProfile(action(root.path("defaultAction"), errno), rules, flags);
        } catch (JacksonException malformed) {
            throw new InvalidArgumentException("Decoding seccomp profile failed: " + malformed.getOriginalMessage(), malformed);
        }
    }

    private static Rule rule(JsonNode node, int defaultErrno) {
        var names = texts(node.path("names"));
        if (!node.path("name").asString("").isEmpty()) {
            names.add(node.path("name").asString());
        }
        var arguments = new ArrayList<Argument>();
        for (JsonNode argument : node.path("args")) {
            int index = argument.path("index").asInt(-1);
            if (index < 0 || index > 5) {
                throw invalid("argument index", argument);
            }
            arguments.add(new Argument(index, argument.path("value").asBigInteger().longValue(), second(argument), operator(argument.path("op"))));
        }
        return new Rule(names, action(node.path("action"), node.path("errnoRet").asInt(defaultErrno)), arguments,
                condition(node.path("includes")), condition(node.path("excludes")));
    }

    private static long second(JsonNode argument) {
        return argument.has("valueTwo") ? argument.path("valueTwo").asBigInteger().longValue() : 0;
    }

    private static Condition condition(JsonNode node) {
        return new Condition(texts(node.path("caps")), texts(node.path("arches")), node.path("minKernel").asString(null));
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(text -> texts.add(text.asString("")));
        return texts;
    }

    private static Operator operator(JsonNode node) {
        return switch (node.asString("")) {
            case "SCMP_CMP_NE" -> Operator.NE;
            case "SCMP_CMP_LT" -> Operator.LT;
            case "SCMP_CMP_LE" -> Operator.LE;
            case "SCMP_CMP_EQ" -> Operator.EQ;
            case "SCMP_CMP_GE" -> Operator.GE;
            case "SCMP_CMP_GT" -> Operator.GT;
            case "SCMP_CMP_MASKED_EQ" -> Operator.MASKED_EQ;
            default -> throw invalid("operator", node);
        };
    }

    private static int action(JsonNode node, int errno) {
        if (errno < 0 || errno > MAX_ERRNO) {
            throw new InvalidArgumentException("Decoding seccomp profile failed: error number " + errno + " is out of range");
        }
        return switch (node.asString("").toUpperCase(Locale.ROOT)) {
            case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> 0;
            case "SCMP_ACT_KILL_PROCESS" -> 0x80000000;
            case "SCMP_ACT_TRAP" -> 0x00030000;
            case "SCMP_ACT_ERRNO" -> RET_ERRNO | errno;
            case "SCMP_ACT_TRACE" -> 0x7ff00000 | errno;
            case "SCMP_ACT_LOG" -> 0x7ffc0000;
            case "SCMP_ACT_ALLOW" -> 0x7fff0000;
            default -> throw invalid("action", node);
        };
    }

    private static int required(@Nullable Integer value, String what, JsonNode node) {
        if (value == null) {
            throw invalid(what, node);
        }
        return value;
    }

    private static InvalidArgumentException invalid(String what, JsonNode node) {
        return new InvalidArgumentException("Decoding seccomp profile failed: invalid " + what + ": " + node);
    }
}
