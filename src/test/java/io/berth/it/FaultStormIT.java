package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Containers made, started, killed and removed by many clients while the service, shims, first processes, links and rules are taken from
 * below them: those that nobody removed are there, and nothing of the others is left. {@value #MANY} of them with {@code -Pthorough}.
 */
class FaultStormIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final int MANY = 500;
    private static final int FEW = 40;
    private static final int CLIENTS = 8;
    /** One fault for so many lives of containers. */
    private static final int LIVES_PER_FAULT = 8;

    private final Set<String> kept = new ConcurrentSkipListSet<>();
    private final AtomicInteger steps = new AtomicInteger();

    @Test
    void noneIsLostAndNothingLeaks() throws Exception {
        int count = Boolean.getBoolean("berth.thorough") ? MANY : FEW;
        var random = Chosen.random("faults");
        BERTH.docker("network", "create", "gale").ok();
        // Each life counts about five steps: at some of them the one who is there does harm.
        var harmful = Collections.synchronizedSet(new TreeSet<>(random.ints(count / LIVES_PER_FAULT, 1, count * 4).boxed().toList()));
        long seed = random.nextLong();

        try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Callable<Void>> lives = IntStream.range(0, count).<Callable<Void>>mapToObj(i -> () -> {
                new Life("gust" + i, new Random(seed + i), harmful).live();
                return null;
            }).toList();
            for (var life : clients.invokeAll(lives)) {
                life.get();
            }
        }

        System.out.println(count + " containers, " + steps + " steps, " + kept.size() + " kept");
        assertThat(BERTH.docker("ps", "-a", "--format", "{{.Names}}").ok().lines()).containsExactlyInAnyOrderElementsOf(kept);
        BERTH.removeAndAudit();
        BERTH.docker("network", "rm", "gale").ok();
        assertThat(BERTH.docker("volume", "ls", "-q").ok()).as("anonymous volumes").isEmpty();
        Eventually.holds(() -> "no element of a published port: " + rules(), () -> !rules().contains("elements"));
    }

    private static String rules() {
        return Command.run("nft", "list", "table", "inet", "berth-" + BERTH.name()).ok();
    }

    /** Host ends of veths, those that are prepared for containers to come among them. */
    private static List<String> hostEnds() {
        return BERTH.links().stream().filter(link -> link.startsWith("v")).toList();
    }

    /** One container from its making to its end. Each step is tried until the service, which may be away, has answered. */
    private final class Life {

        private final String name;
        private final Random random;
        private final Set<Integer> harmful;

        Life(String name, Random random, Set<Integer> harmful) {
            this.name = name;
            this.random = random;
            this.harmful = harmful;
        }

        void live() {
            var create = new ArrayList<>(List.of("create", "--name", name, "--network", random.nextBoolean() ? "bridge" : "gale", "-v", "/data"));
            create.addAll(random.nextInt(3) == 0 ? List.of("-p", "127.0.0.1::80") : List.of());
            create.addAll(random.nextInt(4) == 0 ? List.of("--restart", "always") : List.of());
            create.addAll(List.of("busybox", "sleep", "1000"));
            // One that the service made before it was killed is there when it is asked for again.
            step(List.of("is already in use by container"), create.toArray(String[]::new));
            step(List.of(), "start", name);
            if (random.nextBoolean()) {
                step(List.of("is not running", "is restarting"), "kill", "-s", "KILL", name);
            }
            if (random.nextBoolean()) {
                step(List.of(), "stop", "-t", "0", name);
            }
            if (random.nextInt(5) == 0) {
                kept.add(name);
            } else {
                step(List.of("No such container"), "rm", "-f", "-v", name);
            }
        }

        /** @param alsoRight what an answer may say instead, when somebody else was quicker */
        private void step(List<String> alsoRight, String... command) {
            if (harmful.remove(steps.incrementAndGet())) {
                harm();
            }
            Eventually.holds(() -> String.join(" ", command) + ": " + BERTH.docker(command), () -> {
                var answer = BERTH.docker(command);
                if (answer.exitCode() != 0 && !isAway(answer) && alsoRight.stream().noneMatch(answer.err()::contains)) {
                    System.out.println(answer);
                }
                return answer.exitCode() == 0 || alsoRight.stream().anyMatch(answer.err()::contains);
            });
        }

        private static boolean isAway(CommandResult answer) {
            return answer.err().contains("Cannot connect to the Docker daemon") || answer.err().contains("EOF") || answer.err().contains("connection reset");
        }

        private void harm() {
            switch (random.nextInt(5)) {
                case 0 -> restartService();
                case 1 -> one(Shims.of(BERTH.home())).ifPresent(ProcessHandle::destroyForcibly);
                case 2 -> one(Shims.of(BERTH.home())).flatMap(shim -> one(shim.children().toList())).ifPresent(ProcessHandle::destroyForcibly);
                case 3 -> one(hostEnds()).ifPresent(link -> Command.run("ip", "link", "delete", link));
                default -> Command.run("nft", "flush", "table", "inet", "berth-" + BERTH.name());
            }
        }

        private <T> Optional<T> one(List<T> all) {
            return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
        }
    }

    private static void restartService() {
        synchronized (BERTH) {
            BERTH.kill();
            BERTH.start();
        }
    }
}
