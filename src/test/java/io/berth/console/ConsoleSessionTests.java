package io.berth.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.console.ConsoleClient.Piece;
import io.berth.console.ConsoleEnd.Why;
import io.berth.it.Eventually;
import io.berth.log.StreamKind;
import io.berth.runtime.IoSession;
import io.berth.runtime.OutputFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleSessionTests {

    private static final int KEPT = 4096;

    private final FakeProgram program = new FakeProgram();
    private final AtomicInteger stirred = new AtomicInteger();
    private final ConsoleSession session = new ConsoleSession(opened(), program, KEPT, new FakeHost());
    private final Thread pump = Thread.ofVirtual().start(session::run);

    /** Prints what it is told and remembers what is typed. */
    private static final class FakeProgram implements IoSession {

        private final LinkedBlockingQueue<Optional<String>> output = new LinkedBlockingQueue<>();
        private final StringBuilder typed = new StringBuilder();

        void print(String text) {
            output.add(Optional.of(text));
        }

        void end() {
            output.add(Optional.empty());
        }

        @Override
        public @Nullable OutputFrame read() throws IOException {
            try {
                return output.take().map(text -> new OutputFrame(StreamKind.STDOUT, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)))).orElse(null);
            } catch (InterruptedException stopped) {
                throw new IOException(stopped);
            }
        }

        @Override
        public void write(ByteBuffer bytes) {
            typed.append(StandardCharsets.US_ASCII.decode(bytes));
        }

        @Override
        public void closeInput() {}

        @Override
        public void close() {}
    }

    private final class FakeHost implements ConsoleSession.Host {

        @Override
        public ConsoleEnd endOf(ConsoleSession one) {
            return new ConsoleEnd(Why.PROGRAM, 3, Instant.EPOCH);
        }

        @Override
        public ConsoleView view(ConsoleSession one) {
            var end = one.end();
            return new ConsoleView("id", "container", "web", "/bin/sh", false, "", "", end == null ? "running" : "ended", end == null ? null : end.code(), null,
                    Instant.EPOCH, one.clientCount(), null);
        }

        @Override
        public void resize(String execId, int rows, int columns) {}

        @Override
        public void stirred(ConsoleSession one) {
            stirred.incrementAndGet();
        }
    }

    private static ConsoleSession.Opened opened() {
        return new ConsoleSession.Opened("id", "admin", null, new ConsoleRequest("", false, "", "", 24, 80), "/bin/sh", "exec", Instant.EPOCH);
    }

    @AfterEach
    void end() throws InterruptedException {
        program.end();
        assertThat(pump.join(Duration.ofMinutes(1))).isTrue();
    }

    /** Reads pieces until so many bytes have come. */
    private static String read(ConsoleClient client, int bytes) throws InterruptedException {
        var text = new StringBuilder();
        while (text.length() < bytes) {
            assertThat(client.next()).isInstanceOfSatisfying(Piece.Output.class, piece -> text.append(new String(piece.bytes(), StandardCharsets.US_ASCII)));
        }
        return text.toString();
    }

    @Test
    void clientThatComesBackGetsWhatItHasMissedAndNothingTwice() throws InterruptedException {
        long position;
        try (var client = session.attach(-1)) {
            program.print("hello ");
            assertThat(read(client, 6)).isEqualTo("hello ");
            position = client.start().from() + 6;
        }
        program.print("while you were away ");
        try (var client = session.attach(position)) {
            assertThat(client.start()).isEqualTo(new ConsoleClient.Start(6, 0, 6));
            program.print("and now");
            assertThat(read(client, 27)).isEqualTo("while you were away and now");
        }
    }

    @Test
    void allWhoLookSeeTheSame() throws InterruptedException {
        try (var first = session.attach(-1); var second = session.attach(0)) {
            program.print("for both");
            assertThat(read(first, 8)).isEqualTo("for both");
            assertThat(read(second, 8)).isEqualTo("for both");
            assertThat(session.clientCount()).isEqualTo(2);
        }
        assertThat(session.clientCount()).isZero();
    }

    @Test
    void whatIsGoneIsCountedAndTheRestBeginsWithAWholeLine() throws InterruptedException {
        var line = "x".repeat(99) + "\n";
        program.print(line.repeat(60));
        Eventually.holds("all is printed", () -> session.printed() == 6000);
        try (var client = session.attach(0)) {
            assertThat(client.start().from()).isEqualTo(2000);
            assertThat(client.start().missed()).isEqualTo(2000);
            assertThat(read(client, 4000)).isEqualTo(line.repeat(40));
        }
        try (var client = session.attach(-1)) {
            assertThat(client.start().missed()).as("of what was not asked for nothing is missed").isZero();
        }
    }

    @Test
    void programWaitsForWhoReads() throws InterruptedException {
        try (var client = session.attach(-1)) {
            for (int i = 0; i < 100; i++) {
                program.print("%04d".formatted(i).repeat(100));
            }
            var all = read(client, 40_000);
            for (int i = 0; i < 100; i++) {
                assertThat(all.substring(i * 400, i * 400 + 4)).isEqualTo("%04d".formatted(i));
            }
        }
    }

    @Test
    void whoReadsNothingIsNotWaitedForAndToldWhatIsMissing() throws InterruptedException {
        try (var client = session.attach(-1)) {
            program.print("a".repeat(4000) + "\n");
            program.print("b".repeat(4000) + "\n");
            Eventually.holds("all is printed", () -> session.printed() == 8002);
            assertThat(client.next()).isInstanceOf(Piece.Missed.class).isEqualTo(new Piece.Missed(4001, 4001));
            assertThat(read(client, 4001)).isEqualTo("b".repeat(4000) + "\n");
        }
    }

    @Test
    void endIsToldAfterAllOutputToThoseWhoAreThereAndThoseWhoComeLater() throws InterruptedException {
        try (var client = session.attach(-1)) {
            program.print("bye");
            program.end();
            assertThat(read(client, 3)).isEqualTo("bye");
            assertThat(client.next()).isInstanceOfSatisfying(Piece.Ended.class, ended -> assertThat(ended.console().exitCode()).isEqualTo(3));
        }
        try (var client = session.attach(1)) {
            assertThat(read(client, 2)).isEqualTo("ye");
            assertThat(client.next()).isInstanceOf(Piece.Ended.class);
        }
    }

    @Test
    void firstEndCounts() throws InterruptedException {
        session.finish(new ConsoleEnd(Why.CLOSED, null, Instant.EPOCH));
        program.end();
        pump.join();
        assertThat(session.end()).isEqualTo(new ConsoleEnd(Why.CLOSED, null, Instant.EPOCH));
        assertThat(stirred).hasValue(1);
    }

    @Test
    void clientThatIsClosedIsWoken() throws InterruptedException {
        var client = session.attach(-1);
        var waiter = Thread.ofVirtual().start(() -> {
            try {
                assertThat(client.next()).isNull();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        });
        Eventually.holds("it waits", () -> waiter.getState() == Thread.State.WAITING);
        client.close();
        client.close();
        assertThat(waiter.join(Duration.ofMinutes(1))).isTrue();
    }

    @Test
    void whatIsTypedGoesToTheProgram() {
        try (var client = session.attach(-1)) {
            client.type(ByteBuffer.wrap("ls\n".getBytes(StandardCharsets.US_ASCII)));
            assertThat(program.typed).hasToString("ls\n");
        }
    }
}
