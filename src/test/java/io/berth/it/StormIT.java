package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many containers made, run and removed by many clients at a time: none is lost, nothing leaks. {@value #MANY} of them with {@code -Pthorough}. */
class StormIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final int MANY = 200;
    private static final int FEW = 60;
    private static final int CLIENTS = 8;
    /** What {@value #MANY} shims may take together. */
    private static final long SHIMS_KIB = 100 * 1024;

    @Test
    void noneIsLostAndNothingLeaks() throws Exception {
        int count = Boolean.getBoolean("berth.thorough") ? MANY : FEW;
        BERTH.docker("network", "create", "weather").ok();
        var ids = inParallel(count, i -> BERTH.docker("run", "-d", "--name", "storm" + i, "--network", i % 2 == 0 ? "bridge" : "weather", "-l", "storm=" + i, "busybox", "sleep", "1000").ok());
        assertThat(ids).doesNotHaveDuplicates().hasSize(count);

        assertThat(BERTH.docker("ps", "-q", "--no-trunc", "--filter", "label=storm").ok().lines()).containsExactlyInAnyOrderElementsOf(ids);
        var addresses = new ArrayList<>(List.of("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"));
        addresses.addAll(ids);
        assertThat(BERTH.docker(addresses.toArray(String[]::new)).ok().lines()).as("addresses").hasSize(count).doesNotHaveDuplicates();
        var shims = Shims.of(BERTH.home());
        assertThat(shims).as("shims").hasSize(count);
        assertThat(BERTH.docker("exec", "storm1", "nslookup", "storm" + (count - 1), "127.0.0.11").ok()).contains("Name:");
        long kib = 0;
        for (var shim : shims) {
            kib += pssKib(shim.pid());
        }
        System.out.println(count + " shims take " + kib + " KiB");
        assertThat(kib).as("memory of the shims in KiB, shared pages counted once").isLessThan(SHIMS_KIB * count / MANY);

        inParallel(count, i -> BERTH.docker("stop", "-t", "0", "storm" + i).ok());
        assertThat(BERTH.docker("ps", "-aq", "--filter", "status=exited").ok().lines()).hasSize(count);
        inParallel(count, i -> BERTH.docker("rm", "storm" + i).ok());
        assertThat(BERTH.docker("ps", "-aq").ok()).isEmpty();
        BERTH.docker("network", "rm", "weather").ok();
        BERTH.removeAndAudit();
    }

    private static <T> List<T> inParallel(int count, IntFunction<T> work) throws InterruptedException, ExecutionException {
        try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Callable<T>> calls = IntStream.range(0, count).<Callable<T>>mapToObj(i -> () -> work.apply(i)).toList();
            var results = new ArrayList<T>();
            for (Future<T> result : clients.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        }
    }

    /** The proportional set size of a process, in KiB. Source: proc_pid_smaps(5). */
    private static long pssKib(long pid) throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
            if (line.startsWith("Pss:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new AssertionError("no Pss of process " + pid);
    }
}
