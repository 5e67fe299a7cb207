import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Measures engines that speak the Docker Engine API side by side. See README.md in this folder. */
final class Bench {

    private final Options options;
    private final List<Engine> engines;

    private Bench(Options options) {
        this.options = options;
        this.engines = options.engines().entrySet().stream()
                .map(engine -> new Engine(engine.getKey(), engine.getValue(), options.text("image"))).toList();
    }

    public static void main(String[] arguments) throws IOException {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n\n" + Options.USAGE);
            System.exit(2);
            return;
        }
        var bench = new Bench(options);
        var interrupted = new AtomicBoolean();
        var cleaner = new Thread(() -> {
            interrupted.set(true);
            bench.clean();
        });
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            bench.run();
        } catch (EngineException | IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
            if (!interrupted.get()) {
                System.err.println(e.getMessage());
                System.exit(1);
            }
        }
    }

    private void clean() {
        for (var engine : engines) {
            try {
                engine.close();
            } catch (EngineException | UncheckedIOException e) {
                System.err.println("not cleaned up: " + e.getMessage());
            }
        }
    }

    private void run() throws IOException {
        Map<String, Object> versions = new LinkedHashMap<>();
        engines.forEach(engine -> versions.put(engine.name(), engine.version()));
        measure(new Workloads(new Samples()), options.number("warmup"), 1);
        var samples = new Samples();
        measure(new Workloads(samples), options.number("rounds"), Integer.MAX_VALUE);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("when", Instant.now().truncatedTo(ChronoUnit.SECONDS));
        result.put("processors", Runtime.getRuntime().availableProcessors());
        result.put("engines", versions);
        result.put("options", options.values());
        result.put("legend", Workloads.legend());
        result.put("metrics", samples.summary());
        String text = Json.write(result, 3) + "\n";
        if (options.text("out").isEmpty()) {
            System.out.print(text);
        } else {
            Files.writeString(Path.of(options.text("out")), text);
        }
    }

    /** All tests, each in rounds that go from engine to engine; the long ones at most {@code most} times. */
    private void measure(Workloads workloads, int rounds, int most) {
        if (options.wants("life")) {
            options.networks().forEach(network -> alternate(rounds, engine -> workloads.life(engine, network)));
        }
        if (options.wants("exec")) {
            Map<Engine, String> sleepers = new HashMap<>();
            engines.forEach(engine -> sleepers.put(engine, workloads.sleeper(engine)));
            alternate(rounds, engine -> workloads.exec(engine, sleepers.get(engine)));
            sleepers.forEach(Engine::remove);
        }
        int burst = options.number("burst");
        if (options.wants("burst") && burst > 0) {
            options.networks().forEach(network -> alternate(Math.min(most, options.number("burst-rounds")),
                    engine -> workloads.burst(engine, network, burst, options.number("concurrency"))));
        }
        int megabytes = options.number("log-mb");
        if (options.wants("logs") && megabytes > 0) {
            alternate(Math.min(most, options.number("log-rounds")), engine -> workloads.logs(engine, megabytes));
        }
        int ports = options.number("ports");
        if (options.wants("ports") && ports > 0) {
            for (int others : new int[] {1, ports}) {
                alternate(1, engine -> workloads.ports(engine, others, Math.min(most, rounds), Math.min(most - 1, options.number("warmup"))));
            }
        }
        String text = options.text("shim-match");
        if (options.wants("shim") && !text.isEmpty()) {
            alternate(1, engine -> workloads.shims(engine, text, options.number("shim-containers")));
        }
    }

    private void alternate(int rounds, Consumer<Engine> round) {
        int settle = options.number("settle-ms");
        for (int i = 0; i < rounds; i++) {
            for (var engine : engines) {
                Quiet.await(settle);
                round.accept(engine);
            }
        }
    }
}
