package io.berth.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.ConflictException;
import io.berth.error.NotFoundException;
import io.berth.it.Eventually;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OperationsTests {

    private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

    private Instant now = START;
    private long nanos;
    private final Operations operations = new Operations(new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }, () -> nanos);

    private String succeed(String subject) {
        operations.run(OperationKind.PULL, subject, "ann", progress -> subject);
        return operations.list().getFirst().id();
    }

    @Test
    void workIsSeenWhileItRunsAndAfterItsEnd() {
        String result = operations.run(OperationKind.PULL, "app:1", "ann", progress -> {
            var seen = operations.list().getFirst();
            assertThat(seen.state()).isEqualTo(OperationState.RUNNING);
            assertThat(seen.subject()).isEqualTo("app:1");
            assertThat(seen.begunBy()).isEqualTo("ann");
            assertThat(seen.ended()).isNull();
            now = START.plusSeconds(2);
            return "made";
        });
        assertThat(result).isEqualTo("made");
        var ended = operations.list().getFirst();
        assertThat(ended.state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(ended.begun()).isEqualTo(START);
        assertThat(ended.ended()).isEqualTo(START.plusSeconds(2));
        assertThat(operations.require(ended.id())).isEqualTo(ended);
    }

    @Test
    void failureIsKeptAndThrownOn() {
        assertThatThrownBy(() -> operations.run(OperationKind.LOAD, "x", null, progress -> {
            throw new NotFoundException("no such thing");
        })).isInstanceOf(NotFoundException.class);
        var failed = operations.list().getFirst();
        assertThat(failed.state()).isEqualTo(OperationState.FAILED);
        assertThat(failed.error()).isEqualTo("no such thing");
    }

    @Test
    void cancelWakesWorkThatWaits() throws InterruptedException {
        var ended = new CountDownLatch(1);
        var begun = operations.start(OperationKind.PULL, "app:1", "ann", progress -> {
            try {
                return progress.cancel().await(new CompletableFuture<String>());
            } catch (ExecutionException | InterruptedException unexpected) {
                throw new IllegalStateException(unexpected);
            } finally {
                ended.countDown();
            }
        });
        operations.cancel(begun.id());
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        Eventually.holds("it is told", () -> operations.require(begun.id()).state() == OperationState.CANCELLED);
        assertThat(operations.require(begun.id()).error()).isEqualTo("pull of app:1 was cancelled");
        assertThatThrownBy(() -> operations.cancel(begun.id())).isInstanceOf(ConflictException.class).hasMessageContaining("has ended");
        assertThatThrownBy(() -> operations.cancel("none")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void workThatEndsInSpiteOfBeingCancelledHasSucceeded() {
        operations.run(OperationKind.PULL, "x", null, progress -> progress.cancel().cancel());
        assertThat(operations.list().getFirst().state()).isEqualTo(OperationState.SUCCEEDED);
    }

    @Test
    void awaitGivesWhatWasMadeOrThrown() throws Exception {
        var token = new CancelToken("work");
        assertThat(token.await(CompletableFuture.completedFuture("made"))).isEqualTo("made");
        var broken = CompletableFuture.failedFuture(new IllegalStateException("broken"));
        assertThatThrownBy(() -> token.await(broken)).isInstanceOf(ExecutionException.class).cause().hasMessage("broken").isInstanceOf(IllegalStateException.class);
        token.cancel();
        assertThatThrownBy(token::throwIfCancelled).isInstanceOf(ConflictException.class).hasMessage("work was cancelled");
    }

    @Test
    void whatHasEndedIsForgottenByTimeAndByNumber() {
        String first = succeed("first");
        now = START.plus(Operations.KEPT_FOR).plus(Duration.ofSeconds(1));
        assertThatThrownBy(() -> operations.require(first)).isInstanceOf(NotFoundException.class);
        for (int i = 0; i < Operations.KEPT + 5; i++) {
            succeed("app:" + i);
        }
        assertThat(operations.list()).hasSize(Operations.KEPT).first().extracting(Operation::subject).isEqualTo("app:" + (Operations.KEPT + 4));
    }

    @Test
    void whatRunsIsNeverForgotten() {
        operations.run(OperationKind.PULL, "long", null, progress -> {
            now = START.plus(Operations.KEPT_FOR.multipliedBy(2));
            for (int i = 0; i < Operations.KEPT + 5; i++) {
                succeed("app:" + i);
            }
            assertThat(operations.list().getLast().subject()).isEqualTo("long");
            return null;
        });
    }

    @Test
    void bytesAreThoseThatTravel() {
        operations.run(OperationKind.PULL, "app", null, progress -> {
            progress.layer("here", LayerStep.ALREADY_THERE, 0, 1000);
            progress.layer("blob", LayerStep.WAITS, 0, 300);
            progress.layer("new", LayerStep.WAITS, 0, 500);
            assertThat(operations.list().getFirst().bytesTotal()).isEqualTo(800);
            // It is here, only its files are not.
            progress.layer("blob", LayerStep.UNPACKS, 10, 300);
            // Gone on with: what was there before is no speed.
            progress.layer("new", LayerStep.DOWNLOADS, 200, 500);
            nanos = TimeUnit.SECONDS.toNanos(1);
            progress.layer("new", LayerStep.DOWNLOADS, 300, 500);
            var seen = operations.list().getFirst();
            assertThat(seen.bytesDone()).isEqualTo(300);
            assertThat(seen.bytesTotal()).isEqualTo(500);
            assertThat(seen.bytesPerSecond()).isEqualTo(100);
            assertThat(seen.layers()).containsExactly(new LayerProgress("here", LayerStep.ALREADY_THERE, 0, 1000),
                    new LayerProgress("blob", LayerStep.UNPACKS, 10, 300), new LayerProgress("new", LayerStep.DOWNLOADS, 300, 500));
            progress.layer("new", LayerStep.TRAVELLED, 500, 500);
            progress.layer("new", LayerStep.UNPACKS, 1, 500);
            assertThat(operations.list().getFirst().bytesDone()).isEqualTo(500);
            assertThat(operations.list().getFirst().bytesPerSecond()).as("nothing travels").isNull();
            return null;
        });
    }

    @Test
    void streamOfKnownLengthHasATotalWhichIsNeverLessThanWhatHasCome() {
        operations.run(OperationKind.RESCUE, "/data of web as data", "admin", progress -> {
            progress.expect(5000);
            progress.read(4096);
            assertThat(operations.list().getFirst().bytesTotal()).isEqualTo(5000);
            progress.read(4096);
            assertThat(operations.list().getFirst().bytesTotal()).isEqualTo(8192);
            return "";
        });
    }

    @Test
    void streamHasNoTotal() {
        operations.run(OperationKind.IMPORT, "app", null, progress -> {
            progress.read(4096);
            var seen = operations.list().getFirst();
            assertThat(seen.bytesDone()).isEqualTo(4096);
            assertThat(seen.bytesTotal()).isNull();
            return null;
        });
    }

    @Test
    void rateFallsWhenNothingComes() {
        var meter = new RateMeter(0);
        meter.add(1000, TimeUnit.SECONDS.toNanos(1));
        assertThat(meter.perSecond(TimeUnit.SECONDS.toNanos(1))).isEqualTo(1000);
        for (int second = 2; second < 20; second++) {
            meter.perSecond(TimeUnit.SECONDS.toNanos(second));
        }
        assertThat(meter.perSecond(TimeUnit.SECONDS.toNanos(20))).isZero();
    }
}
