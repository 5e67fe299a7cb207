import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the command line asks for. */
record Options(Map<String, Path> engines, List<String> networks, List<String> tests, Map<String, String> values) {

    static final String USAGE = """
            usage: java src/bench/Bench.java [options] NAME=SOCKET [NAME=SOCKET ...]
              --image=REF          image of the containers, present on every engine (busybox:latest)
              --network=MODE       bridge or none; may be repeated (both)
              --tests=A,B          of life, exec, burst, logs, ports, shim (all; shim only with --shim-match)
              --rounds=N           rounds of life and exec on each engine (30)
              --warmup=N           rounds before them that are not counted (5)
              --settle-ms=N        how long a round waits at most until the machine does nothing (2000); 0 not at all
              --burst=N            containers of one burst (50); 0 for none
              --burst-rounds=N     bursts on each engine (3)
              --concurrency=N      starts at once in a burst (8)
              --log-mb=N           MB that the log's container writes (50); 0 for none
              --log-rounds=N       such containers on each engine (3)
              --ports=N            ports that are published beside the one that comes and goes; measured with 1, too (1000); 0 for none
              --shim-match=TEXT    what the command line or executable of a process that holds a container contains
              --shim-containers=N  containers that run while memory is read (10)
              --out=FILE           where the result goes (standard output)
            """;

    private static final Map<String, String> DEFAULTS = defaults("image", "busybox:latest", "rounds", "30", "warmup", "5", "settle-ms", "2000",
            "burst", "50", "burst-rounds", "3", "concurrency", "8", "log-mb", "50", "log-rounds", "3", "ports", "1000",
            "shim-match", "", "shim-containers", "10", "out", "");

    private static Map<String, String> defaults(String... namesAndValues) {
        Map<String, String> defaults = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            defaults.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return defaults;
    }

    /** @throws IllegalArgumentException saying what is wrong */
    static Options parse(String[] arguments) {
        Map<String, Path> engines = new LinkedHashMap<>();
        List<String> networks = new ArrayList<>();
        List<String> tests = new ArrayList<>();
        Map<String, String> values = new LinkedHashMap<>(DEFAULTS);
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.startsWith("--") && !argument.contains("=") && i + 1 < arguments.length) {
                argument += "=" + arguments[++i];
            }
            String[] pair = argument.split("=", 2);
            if (pair.length < 2) {
                throw new IllegalArgumentException("no value: " + argument);
            }
            switch (pair[0]) {
                case "--network" -> networks.add(pair[1]);
                case "--tests" -> tests.addAll(List.of(pair[1].split(",")));
                case String option when option.startsWith("--") && DEFAULTS.containsKey(option.substring(2)) ->
                        values.put(option.substring(2), pair[1]);
                case String option when option.startsWith("--") -> throw new IllegalArgumentException("no such option: " + option);
                default -> engines.put(pair[0], Path.of(pair[1]));
            }
        }
        if (engines.isEmpty()) {
            throw new IllegalArgumentException("no engine is named");
        }
        return new Options(engines, networks.isEmpty() ? List.of("bridge", "none") : networks, tests, values);
    }

    String text(String option) {
        return values.get(option);
    }

    int number(String option) {
        try {
            return Integer.parseUnsignedInt(text(option));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + option + " is not a number: " + text(option), e);
        }
    }

    boolean wants(String test) {
        return tests.isEmpty() || tests.contains(test);
    }
}
