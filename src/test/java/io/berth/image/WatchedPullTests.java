package io.berth.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.ConflictException;
import io.berth.it.Eventually;
import io.berth.oci.Digest;
import io.berth.operation.OperationKind;
import io.berth.operation.Operations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

class WatchedPullTests {

    private static final Digest BLOB = Digest.of(new byte[1]);

    private final Operations operations = operations();

    private static Operations operations() {
        var beans = new DefaultListableBeanFactory();
        beans.registerSingleton("clock", Clock.systemUTC());
        return (Operations) beans.autowire(Operations.class, DefaultListableBeanFactory.AUTOWIRE_CONSTRUCTOR, false);
    }

    @Test
    void clientThatIsGoneCancelsThePullButNotADownload() {
        var gone = new UncheckedIOException("gone", new IOException());
        operations.run(OperationKind.PULL, "app", null, progress -> {
            var pull = new WatchedPull(progress, new PullListener() {
                @Override
                public void layer(Digest blob, Step step, long currentBytes, long totalBytes) {
                    throw gone;
                }
            });
            pull.layer(BLOB, PullListener.Step.DOWNLOADS, 1, 2);
            assertThat(progress.cancel().isCancelled()).isTrue();
            assertThatThrownBy(() -> pull.layer(BLOB, PullListener.Step.UNPACKS, 1, 2)).isInstanceOf(ConflictException.class);
            assertThat(pull.explained(new ConflictException("cancelled"))).isSameAs(gone);
            return null;
        });
    }

    @Test
    void questionThatIsNotAnsweredEndsWithTheCancelling() {
        var asked = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        operations.run(OperationKind.PULL, "app", null, progress -> {
            Thread.ofVirtual().start(() -> {
                try {
                    asked.await();
                } catch (InterruptedException never) {
                    Thread.currentThread().interrupt();
                }
                progress.cancel().cancel();
            });
            assertThatThrownBy(() -> new WatchedPull(progress, new PullListener() { }).ask(() -> {
                asked.countDown();
                try {
                    new CountDownLatch(1).await();
                } finally {
                    stopped.countDown();
                }
                return "never";
            })).isInstanceOf(ConflictException.class).hasMessage("pull of app was cancelled");
            return null;
        });
        Eventually.holds("the one who asks is stopped", () -> stopped.getCount() == 0);
    }

    @Test
    void failureOfTheRegistryIsThrownAsItIs() {
        operations.run(OperationKind.PULL, "app", null, progress -> {
            assertThatThrownBy(() -> new WatchedPull(progress, new PullListener() { }).ask(() -> {
                throw new IOException("broken");
            })).isInstanceOf(IOException.class).hasMessage("broken");
            return null;
        });
    }
}
