import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** What the engines are made to do. Each method is one round on one engine and adds its figures to the samples. */
final class Workloads {

    private static final List<String> TRUE = List.of("/bin/true");
    private static final List<String> SLEEP = List.of("sleep", "1000000");
    private static final double NANOS_PER_MS = 1e6;
    private static final int FIRST_PORT = 20_000;

    private final Samples samples;

    Workloads(Samples samples) {
        this.samples = samples;
    }

    /** The life of one container: create, start, exit, remove. */
    void life(Engine engine, String network) {
        long created = System.nanoTime();
        String container = engine.create(network, TRUE);
        double create = since(created);
        var exit = engine.nextExit(container);
        long started = System.nanoTime();
        engine.start(container);
        double start = since(started);
        exit.await();
        double startToExit = since(started);
        long removed = System.nanoTime();
        engine.remove(container);
        double remove = since(removed);
        samples.add(network + ".create_ms", engine, create);
        samples.add(network + ".start_ms", engine, start);
        samples.add(network + ".start_to_exit_ms", engine, startToExit);
        samples.add(network + ".remove_ms", engine, remove);
        samples.add(network + ".total_ms", engine, create + startToExit + remove);
    }

    /** A running container for {@link #exec}. */
    String sleeper(Engine engine) {
        String container = engine.create("none", SLEEP);
        engine.start(container);
        return container;
    }

    void exec(Engine engine, String container) {
        long begun = System.nanoTime();
        int code = engine.exec(container, TRUE);
        samples.add("exec_ms", engine, since(begun));
        if (code != 0) {
            throw new EngineException(engine.name() + ": exec of /bin/true ended with " + code);
        }
    }

    /** {@code count} containers created and started, so many of them at once; removed before the next round. */
    void burst(Engine engine, String network, int count, int concurrency) {
        try (var workers = Executors.newFixedThreadPool(concurrency)) {
            List<Future<String>> running = new ArrayList<>();
            long begun = System.nanoTime();
            for (int i = 0; i < count; i++) {
                running.add(workers.submit(() -> {
                    String container = engine.create(network, TRUE);
                    engine.start(container);
                    return container;
                }));
            }
            List<String> containers = new ArrayList<>();
            for (var one : running) {
                containers.add(one.get());
            }
            double elapsed = since(begun);
            samples.add("burst_" + network + ".ms_per_start", engine, elapsed / count);
            samples.add("burst_" + network + ".starts_per_s", engine, count / elapsed * 1000);
            containers.forEach(engine::remove);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** One container that writes so many MB in lines of 100 bytes; then all of it is read back and counted. */
    void logs(Engine engine, int megabytes) {
        long bytes = megabytes * 1_000_000L;
        String container = engine.create("none", List.of("/bin/sh", "-c", "yes " + "x".repeat(99) + " | head -c " + bytes));
        var exit = engine.nextExit(container);
        long begun = System.nanoTime();
        engine.start(container);
        exit.await();
        double written = since(begun);
        long read = engine.readLogs(container);
        double readBack = since(begun);
        engine.remove(container);
        if (read != bytes) {
            throw new EngineException("%s: %d bytes were logged, %d came back".formatted(engine.name(), bytes, read));
        }
        samples.add("logs.until_exit_ms", engine, written);
        samples.add("logs.until_read_back_ms", engine, readBack);
        samples.add("logs.write_mb_per_s", engine, megabytes / written * 1000);
        samples.add("logs.read_mb_per_s", engine, megabytes / (readBack - written) * 1000);
    }

    /** The memory that the processes named by {@code text} take for each of {@code count} running containers. */
    void shims(Engine engine, String text, int count) {
        var before = Processes.matching(text);
        List<String> containers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            containers.add(sleeper(engine));
        }
        var shims = Processes.matching(text);
        shims.removeAll(before);
        double kib = shims.stream().mapToDouble(Processes::pssKib).sum();
        samples.add("shim.processes_per_container", engine, (double) shims.size() / count);
        samples.add("shim.pss_mib_per_container", engine, kib / 1024 / count);
        containers.forEach(engine::remove);
    }

    /**
     * A container with one published port comes and goes so many times while {@code others} ports are published.
     *
     * @param warm rounds before them that are not counted
     */
    void ports(Engine engine, int others, int rounds, int warm) {
        String crowd = engine.create("bridge", SLEEP, IntStream.range(0, others).mapToObj(i -> FIRST_PORT + 1 + i).toList());
        engine.start(crowd);
        for (int i = -warm; i < rounds; i++) {
            String container = engine.create("bridge", SLEEP, List.of(FIRST_PORT));
            long started = System.nanoTime();
            engine.start(container);
            double start = since(started);
            long removed = System.nanoTime();
            engine.remove(container);
            double remove = since(removed);
            if (i >= 0) {
                samples.add("ports_%d.start_ms".formatted(others), engine, start);
                samples.add("ports_%d.remove_ms".formatted(others), engine, remove);
            }
        }
        engine.remove(crowd);
    }

    /** What a metric's unit and sense are, for the reader of the result. */
    static Map<String, Object> legend() {
        Map<String, Object> legend = new LinkedHashMap<>();
        legend.put("_ms, ms_per_", "milliseconds, less is better");
        legend.put("_per_s", "so many each second, more is better");
        legend.put("_mib_", "MiB of proportional set size, less is better");
        legend.put("ratio", "median by the median of the first engine");
        return legend;
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / NANOS_PER_MS;
    }
}
