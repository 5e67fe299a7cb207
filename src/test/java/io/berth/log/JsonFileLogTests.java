package io.berth.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One log in several files, some compressed, while their names change. */
class JsonFileLogTests {

    private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path folder;
    private Path log;

    @BeforeEach
    void nameTheLog() {
        log = folder.resolve("c-json.log");
    }

    @Test
    void logThatDoesNotExistIsEmpty() throws IOException {
        assertThat(numbers(all())).isEmpty();
        log = folder.resolve("missing/c-json.log");
        assertThat(numbers(all())).isEmpty();
    }

    @Test
    void filesAreReadByNumberCompressedOrNot() throws IOException {
        compress(9, lines(0, 10));
        Files.writeString(rotated(10), lines(10, 20));
        compress(11, lines(20, 30));
        Files.writeString(log, lines(30, 35));
        assertThat(numbers(all())).isEqualTo(range(0, 35));
        assertThat(numbers(query(null, null, 12))).isEqualTo(range(23, 35));
        assertThat(numbers(query(at(5), at(24), LogQuery.ALL))).isEqualTo(range(5, 25));
        assertThat(numbers(query(at(8), null, 3))).isEqualTo(range(32, 35));
    }

    /** Compressed and not yet unlinked, or killed before it was; what was not finished has another name. */
    @Test
    void fileThatIsThereTwiceIsReadOnce() throws IOException {
        Files.writeString(rotated(1), lines(0, 10));
        compress(1, lines(0, 10));
        Files.writeString(folder.resolve("c-json.log.1.4711.tmp"), "torn");
        Files.writeString(folder.resolve("c-json.log.x"), lines(50, 60));
        Files.writeString(log, lines(10, 12));
        assertThat(numbers(all())).isEqualTo(range(0, 12));
    }

    @Test
    void damagedFileCostsItsRestOnly() throws IOException {
        var compressed = compress(1, lines(0, 5000));
        Files.write(compressed, Arrays.copyOf(Files.readAllBytes(compressed), (int) Files.size(compressed) / 2));
        Files.writeString(rotated(2).resolveSibling("c-json.log.2.gz"), "no gzip at all");
        Files.writeString(log, lines(5000, 5010));
        var read = numbers(all());
        assertThat(read).containsSequence(range(5000, 5010));
        assertThat(read.subList(0, read.size() - 10)).hasSizeBetween(100, 4900).isEqualTo(range(0, read.size() - 10));
    }

    @Test
    void followerGoesOnThroughFilesThatWereRotatedAndCompressed() throws IOException {
        Files.writeString(log, lines(0, 3));
        assertThat(followed(
                () -> append(3, 5),
                () -> {
                    append(5, 6);
                    rotate(1);
                    Files.writeString(log, lines(6, 8));
                },
                () -> {
                    append(8, 9);
                    rotate(2);
                    Files.writeString(log, lines(9, 12));
                    rotate(3);
                    Files.writeString(log, lines(12, 13));
                    for (int number = 1; number <= 3; number++) {
                        compress(number, Files.readString(rotated(number)));
                        Files.delete(rotated(number));
                    }
                },
                () -> append(13, 15))).isEqualTo(range(0, 15));
    }

    /** Its writer was rotated away before it was read on: only what is still there can come. */
    @Test
    void followerOfOneFileGoesOnInTheNext() throws IOException {
        Files.writeString(log, lines(0, 3));
        assertThat(followed(
                () -> {
                    append(3, 5);
                    rotate(7);
                    Files.writeString(log, lines(5, 7));
                },
                () -> {
                    Files.delete(rotated(7));
                    append(7, 8);
                    Files.delete(log);
                    Files.writeString(log, lines(8, 10));
                },
                () -> append(10, 11))).isEqualTo(range(0, 11));
    }

    @Test
    void logThatIsBeingRotatedIsWaitedFor() throws IOException {
        Files.writeString(log, lines(0, 3));
        assertThat(followed(
                () -> rotate(1),
                () -> Files.writeString(log, lines(3, 5)))).isEqualTo(range(0, 5));
        Files.delete(log);
        Files.delete(rotated(1));
        assertThat(followed(
                () -> Files.writeString(log, lines(0, 2)),
                () -> {
                    rotate(1);
                    Files.writeString(log, lines(2, 4));
                })).isEqualTo(range(0, 4));
    }

    /** A reader may come at any instant: nothing is missing, and nothing comes twice. */
    @Test
    void filesChangeTheirNamesWhileTheyAreOpened() throws Exception {
        int files = 600;
        var reads = new AtomicInteger();
        var writer = new FutureTask<>(() -> {
            // On until it was read often enough for the two to meet, however slow the reader is.
            for (int file = 1; file <= files || reads.get() < 3; file++) {
                Files.writeString(log, lines(file * 3 - 3, file * 3));
                rotate(file);
                if (file % 2 == 0) {
                    compress(file, lines(file * 3 - 3, file * 3));
                    Files.delete(rotated(file));
                }
            }
            return null;
        });
        Thread.ofPlatform().name("writer of " + log).start(writer);
        while (!writer.isDone()) {
            var read = numbers(all());
            assertThat(read).isEqualTo(range(0, read.size()));
            reads.incrementAndGet();
        }
        writer.get();
    }

    /** What happens between two looks at the log. */
    private interface Step {
        void run() throws IOException;
    }

    private List<Integer> followed(Step... steps) throws IOException {
        var left = new ArrayList<>(List.of(steps));
        var follow = new LogFollow() {
            @Override
            public boolean awaitGrowth() throws IOException {
                if (left.isEmpty()) {
                    return false;
                }
                left.removeFirst().run();
                return true;
            }

            @Override
            public void close() {
                left.clear();
            }
        };
        return numbers(new LogQuery(true, true, null, null, LogQuery.ALL, true), follow);
    }

    private static LogQuery all() {
        return query(null, null, LogQuery.ALL);
    }

    private static LogQuery query(@Nullable Instant since, @Nullable Instant until, int tail) {
        return new LogQuery(true, true, since, until, tail, false);
    }

    private List<Integer> numbers(LogQuery query) throws IOException {
        return numbers(query, null);
    }

    private List<Integer> numbers(LogQuery query, @Nullable LogFollow follow) throws IOException {
        var numbers = new ArrayList<Integer>();
        try (var reader = JsonFileLog.open(log, query, follow)) {
            for (var entry = reader.next(); entry != null; entry = reader.next()) {
                numbers.add(Integer.valueOf(new String(entry.data(), StandardCharsets.UTF_8).strip()));
            }
        }
        return numbers;
    }

    private Path rotated(int number) {
        return folder.resolve("c-json.log." + number);
    }

    private void rotate(int number) throws IOException {
        Files.move(log, rotated(number));
    }

    private void append(int from, int to) throws IOException {
        Files.writeString(log, lines(from, to), StandardOpenOption.APPEND);
    }

    private Path compress(int number, String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return Files.write(folder.resolve("c-json.log." + number + ".gz"), bytes.toByteArray());
    }

    private static String lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(number -> "{\"log\":\"%d\\n\",\"stream\":\"stdout\",\"time\":\"%s\"}\n".formatted(number, at(number)))
                .collect(Collectors.joining());
    }

    private static Instant at(int number) {
        return BEGIN.plusSeconds(number);
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }
}
