package io.berth.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GatheringTests {

    private static final long LONG_SECONDS = 60;

    private final LinkedBlockingQueue<List<String>> done = new LinkedBlockingQueue<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Test
    void whatWaitsIsDoneByItself() throws InterruptedException {
        try (var gathering = new Gathering<String>("test", done::add)) {
            gathering.add("one");

            assertThat(done.poll(LONG_SECONDS, TimeUnit.SECONDS)).containsExactly("one");
            assertThat(gathering.take()).isEmpty();
        }
    }

    @Test
    void whatComesMeanwhileIsDoneTogether() throws InterruptedException {
        try (var gathering = new Gathering<>("test", this::slowly)) {
            gathering.add("one");
            begun.await();
            gathering.add("two");
            gathering.add("three");
            mayEnd.countDown();

            assertThat(done.poll(LONG_SECONDS, TimeUnit.SECONDS)).containsExactly("one");
            assertThat(done.poll(LONG_SECONDS, TimeUnit.SECONDS)).containsExactly("two", "three");
        }
    }

    @Test
    void whatSomebodyTakesOrClaimsIsHis() throws InterruptedException {
        try (var gathering = new Gathering<>("test", this::slowly)) {
            gathering.add("first");
            begun.await();
            List.of("one", "two", "three").forEach(gathering::add);

            assertThat(gathering.claim("two"::equals)).containsExactly("two");
            assertThat(gathering.claim("two"::equals)).isEmpty();
            assertThat(gathering.take()).containsExactly("one", "three");
            mayEnd.countDown();
        }

        assertThat(done).containsExactly(List.of("first"));
    }

    @Test
    void whoClaimsWhatIsUnderWayFindsItDone() throws InterruptedException {
        try (var gathering = new Gathering<>("test", this::slowly)) {
            gathering.add("one");
            begun.await();
            var claimed = CompletableFuture.supplyAsync(() -> gathering.claim("one"::equals).isEmpty() && done.contains(List.of("one")));
            assertThat(gathering.claim("other"::equals)).as("nobody waits for another's").isEmpty();
            assertThat(claimed).isNotDone();
            mayEnd.countDown();

            assertThat(claimed.join()).isTrue();
        }
    }

    @Test
    void closeDoesWhatWaits() throws InterruptedException {
        var gathering = new Gathering<>("test", this::slowly);
        gathering.add("one");
        begun.await();
        gathering.add("two");
        mayEnd.countDown();
        gathering.close();

        assertThat(done).containsExactly(List.of("one"), List.of("two"));
    }

    @Test
    void whatCouldNotBeDoneIsTriedAgain() throws InterruptedException {
        var tries = new LinkedBlockingQueue<List<String>>();
        try (var gathering = new Gathering<String>("test", things -> {
            tries.add(things);
            return tries.size() > 1 && done.add(things);
        }, 1)) {
            gathering.add("one");

            assertThat(done.poll(LONG_SECONDS, TimeUnit.SECONDS)).containsExactly("one");
            assertThat(tries).hasSize(2);
        }
    }

    @Test
    void whatCouldNotBeDoneCanBeClaimed() {
        try (var gathering = new Gathering<String>("test", things -> {
            begun.countDown();
            return false;
        })) {
            gathering.add("one");
            assertThat(begun.await(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();

            assertThat(gathering.claim("one"::equals)).containsExactly("one");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private boolean slowly(List<String> things) {
        begun.countDown();
        try {
            mayEnd.await();
        } catch (InterruptedException never) {
            Thread.currentThread().interrupt();
        }
        return done.add(things);
    }
}
