package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More containers on one network than the kernel lets a bridge have ports: 1,030 with {@code -Pthorough}, else few on small bridges. */
class CrowdIT {

    private static final boolean THOROUGH = Boolean.getBoolean("berth.thorough");
    private static final int COUNT = THOROUGH ? 1030 : 14;
    private static final int CLIENTS = 8;

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults("--berth.network.ports-per-bridge=" + (THOROUGH ? 1000 : 4));

    @Test
    void allAnswerByName() throws Exception {
        var engine = new EngineClient(BERTH.socket());
        BERTH.docker("network", "create", "--subnet", "10.215.0.0/16", "crowd").ok();
        long begun = System.nanoTime();
        inParallel(i -> {
            var body = """
                    {"Image":"busybox","Cmd":["sleep","100000"],"HostConfig":{"NetworkMode":"crowd","Init":false}}""";
            assertThat(engine.post("/v1.51/containers/create?name=c" + i, body).status()).isEqualTo(201);
            assertThat(engine.post("/v1.51/containers/c" + i + "/start", "").status()).isEqualTo(204);
        });
        long millis = (System.nanoTime() - begun) / 1_000_000;
        System.out.println(COUNT + " containers on one network: " + COUNT * 1000L / millis + " made and started a second, "
                + residentKib() / 1024 + " MiB of the service resident");
        var script = "for i in $(seq 0 " + (COUNT - 1) + "); do ping -c1 -W5 c$i >/dev/null || echo c$i; done";
        for (var from : List.of("c0", "c" + (COUNT - 1))) {
            assertThat(BERTH.docker("exec", from, "sh", "-c", script).ok()).as("who does not answer to " + from).isEmpty();
        }
        inParallel(i -> assertThat(engine.delete("/v1.51/containers/c" + i + "?force=1").status()).isEqualTo(204));
        BERTH.docker("network", "rm", "crowd").ok();
    }

    /** Source: proc_pid_status(5). */
    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(BERTH.process().pid()), "status")).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }

    private static void inParallel(IntConsumer work) throws Exception {
        try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
            var calls = new ArrayList<Callable<Boolean>>();
            IntStream.range(0, COUNT).forEach(i -> calls.add(() -> {
                work.accept(i);
                return true;
            }));
            for (var result : clients.invokeAll(calls)) {
                result.get();
            }
        }
    }
}
