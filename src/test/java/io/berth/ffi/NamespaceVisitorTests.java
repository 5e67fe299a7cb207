package io.berth.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against the kernel, in namespaces of the test. */
@Tag("privileged")
class NamespaceVisitorTests {

    @Test
    void aVisitHappensInsideAndTheThreadComesHome() throws Exception {
        OwnNetwork.run(() -> {
            Path home = here();
            try (var visitor = new NamespaceVisitor("test-visitor"); var one = Links.createNamespace(); var two = Links.createNamespace()) {
                Path inOne = visitor.visit(one.netns(), NamespaceVisitorTests::here).join();
                Path inTwo = visitor.visit(two.netns(), NamespaceVisitorTests::here).join();
                assertThat(List.of(home, inOne, inTwo)).doesNotHaveDuplicates();
                assertThat(visitor.visit(one.netns(), NamespaceVisitorTests::here).join()).isEqualTo(inOne);
                assertThat(here()).isEqualTo(home);
            }
        });
    }

    @Test
    void workThatFailsAndDoorsThatAreShutDoNotKeepItAway() throws Exception {
        OwnNetwork.run(() -> {
            try (var visitor = new NamespaceVisitor("test-visitor"); var one = Links.createNamespace()) {
                CompletableFuture<Path> failed = visitor.visit(one.netns(), () -> {
                    throw new IllegalArgumentException("no");
                });
                assertThat(failed).failsWithin(Duration.ofSeconds(10)).withThrowableThat()
                        .withCauseInstanceOf(IllegalArgumentException.class);
                Fd closed = one.netns().duplicate();
                closed.close();
                assertThat(visitor.visit(closed, NamespaceVisitorTests::here)).failsWithin(Duration.ofSeconds(10));
                assertThat(visitor.visit(one.netns(), NamespaceVisitorTests::here)).succeedsWithin(Duration.ofSeconds(10));
            }
        });
    }

    private static Path here() throws Exception {
        return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
    }
}
