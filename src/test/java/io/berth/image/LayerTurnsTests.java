package io.berth.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.it.Eventually;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import io.berth.oci.MediaTypes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LayerTurnsTests {

    private static final ImageReference HERE = ImageReference.parse("registry.example.org/app:1");
    private static final Digest LAYER = Digest.of(new byte[1]);
    private static final Descriptor FORM = new Descriptor(MediaTypes.OCI_LAYER_GZIP, Digest.of(new byte[2]), 2);

    private final LayerTurns turns = new LayerTurns();

    /** Takes a turn for the layer in another thread and tells what was left to it. */
    private CompletableFuture<Descriptor> next(CountDownLatch waits) {
        var left = new CompletableFuture<Descriptor>();
        Thread.ofVirtual().start(() -> {
            try (var turn = turns.take(HERE.withTag("2"), LAYER, waits::countDown)) {
                left.complete(turn.left());
            } catch (InterruptedException stopped) {
                left.completeExceptionally(stopped);
            }
        });
        return left;
    }

    @Test
    void whoComesSecondWaitsAndIsToldWhatTheFirstHasBrought() throws InterruptedException {
        var waits = new CountDownLatch(2);
        CompletableFuture<Descriptor> second;
        CompletableFuture<Descriptor> third;
        try (var first = turns.take(HERE, LAYER, () -> { })) {
            assertThat(first.left()).isNull();
            second = next(waits);
            third = next(waits);
            Eventually.counted(waits);
            assertThat(second).isNotDone();
            first.brought(FORM);
        }
        assertThat(second.join()).isEqualTo(FORM);
        Eventually.holds("the third has its turn", third::isDone);
    }

    @Test
    void whatFailedIsBegunAnew() throws InterruptedException {
        var waits = new CountDownLatch(1);
        CompletableFuture<Descriptor> second;
        try (var first = turns.take(HERE, LAYER, () -> { })) {
            assertThat(first.left()).isNull();
            second = next(waits);
            Eventually.counted(waits);
        }
        assertThat(second.join()).isNull();
    }

    @Test
    void otherLayersAndOtherRepositoriesDoNotWait() throws InterruptedException {
        Runnable never = () -> {
            throw new AssertionError("nobody is to be waited for");
        };
        try (var one = turns.take(HERE, LAYER, never); var other = turns.take(HERE, FORM.digest(), never);
                var elsewhere = turns.take(ImageReference.parse("registry.example.org/other:1"), LAYER, never)) {
            assertThat(one).isNotSameAs(other).isNotSameAs(elsewhere);
        }
        try (var again = turns.take(HERE, LAYER, never)) {
            assertThat(again.left()).isNull();
        }
    }
}
