package io.berth.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.log.LogSelection.Show;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log in pages, back and forth, over files of which some are compressed. */
class LogPagesTests {

    private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");
    private static final int PIECE = 16 << 10;

    @TempDir
    private Path folder;
    private Path log;

    @BeforeEach
    void nameTheLog() {
        log = folder.resolve("c-json.log");
    }

    private LogPages pages() {
        return new LogPages(log, true);
    }

    @Test
    void emptyLogHasNoPages() throws IOException {
        log = folder.resolve("missing/c-json.log");
        var page = pages().before(null, LogSelection.all(), 10);
        assertThat(page.lines()).isEmpty();
        assertThat(page.older()).isNull();
        assertThat(page.newer()).isEqualTo(LogPosition.BEGIN);
        assertThat(pages().after(LogPosition.BEGIN, false, LogSelection.all(), 10).end()).isTrue();
    }

    @Test
    void pagesBackwardsAreTheLogBackwards() throws IOException {
        fourFiles();
        for (int limit : List.of(1, 900, 100_000)) {
            assertThat(backwards(LogSelection.all(), limit)).as("by " + limit).isEqualTo(numbers(limit == 1 ? 39_990 : 0, 40_000));
        }
    }

    /** All lines from the end back; with a limit of 1 only the last ten, for each costs a page. */
    private List<String> backwards(LogSelection selection, int limit) throws IOException {
        var found = new ArrayList<String>();
        LogPosition at = null;
        do {
            var page = pages().before(at, selection, limit);
            assertThat(page.lines().size()).isLessThanOrEqualTo(limit);
            found.addAll(0, texts(page.lines()));
            at = page.older();
        } while (at != null && (limit > 1 || found.size() < 10));
        return found;
    }

    @Test
    void pagesForwardAreTheLog() throws IOException {
        fourFiles();
        var found = new ArrayList<String>();
        LogPage page = null;
        do {
            page = pages().after(page == null ? LogPosition.BEGIN : page.newer(), false, LogSelection.all(), 3333);
            found.addAll(texts(page.lines()));
        } while (!page.end());
        assertThat(found).isEqualTo(numbers(0, 40_000));
    }

    @Test
    void surroundingsOfALineAreWhatIsBeforeAndFromItOn() throws IOException {
        fourFiles();
        var some = pages().before(null, LogSelection.all(), 15_000).lines().getFirst();
        assertThat(some.text()).isEqualTo("25000");
        assertThat(texts(pages().before(some.at(), LogSelection.all(), 3).lines())).containsExactly("24997", "24998", "24999");
        assertThat(texts(pages().after(some.at(), true, LogSelection.all(), 3).lines())).containsExactly("25000", "25001", "25002");
        assertThat(LogPosition.parse("line", some.at().toString())).isEqualTo(some.at());
    }

    @Test
    void timesBoundWhatIsRead() throws IOException {
        fourFiles();
        for (int from : List.of(0, 5, 9_999, 10_000, 12_345, 29_999, 39_999)) {
            var selection = new LogSelection(at(from), at(Math.min(from + 20, 39_999)), null, Show.ALL);
            var expected = numbers(from, Math.min(from + 21, 40_000));
            assertThat(texts(pages().after(LogPosition.BEGIN, false, selection, 1000).lines())).isEqualTo(expected);
            assertThat(backwards(selection, 7)).isEqualTo(expected);
            assertThat(texts(pages().after(LogPosition.at(at(from)), false, LogSelection.all(), 2).lines())).isEqualTo(numbers(from, Math.min(from + 2, 40_000)));
        }
        var later = new LogSelection(at(50_000), null, null, Show.ALL);
        assertThat(pages().before(null, later, 10).lines()).isEmpty();
        assertThat(pages().before(null, later, 10).older()).isNull();
    }

    @Test
    void searchGoesOverAllFiles() throws IOException {
        fourFiles();
        var search = LogSearch.of("^1?0007$", true, false);
        assertThat(backwards(new LogSelection(null, null, search, Show.MATCHING), 5)).containsExactly("10007");
        assertThat(backwards(new LogSelection(at(0), at(12), LogSearch.of("1", false, false), Show.OTHERS), 100)).containsExactly("0", "2", "3", "4", "5", "6", "7", "8", "9");
        var marked = pages().before(null, new LogSelection(null, null, LogSearch.of("99", false, false), Show.ALL), 1).lines().getFirst();
        assertThat(marked.text()).isEqualTo("39999");
        assertThat(marked.hits()).containsExactly(new LogSearch.Hit(1, 3), new LogSearch.Hit(3, 5));
    }

    @Test
    void expressionThatNeverEndsIsRefused() throws IOException {
        Files.writeString(log, entry("a".repeat(200) + "!\\n", "stdout", 0));
        var selection = new LogSelection(null, null, LogSearch.of("(a+)+\\1b", true, false), Show.MATCHING);
        assertThatThrownBy(() -> pages().before(null, selection, 1)).isInstanceOf(InvalidArgumentException.class).hasMessageContaining("search: the expression takes too long");
        assertThatThrownBy(() -> LogSearch.of("a(", true, false)).isInstanceOf(InvalidArgumentException.class).hasMessageStartingWith("search: the expression is malformed: Unclosed group");
    }

    /** Pieces of two streams between each other, over a change of files. */
    @Test
    void longLinesAreOneWhereverAPageBegins() throws IOException {
        String piece = "x".repeat(PIECE);
        Files.writeString(folder.resolve("c-json.log.1"), entry("first\\n", "stdout", 0) + entry(piece, "stdout", 1) + entry("between\\n", "stderr", 2) + entry(piece, "stdout", 3));
        Files.writeString(log, entry("again\\n", "stderr", 4) + entry("end\\n", "stdout", 5) + entry("last\\n", "stdout", 6) + entry("cut off", "stdout", 7) + entry("other run\\n", "stdout", 8)
                + entry("no newline", "stderr", 9));
        var expected = List.of("first", "between", "again", piece + piece + "end", "last", "cut off", "other run", "no newline");
        for (int limit = 1; limit < 9; limit++) {
            assertThat(backwardsWithLimit(limit)).as("backwards by " + limit).isEqualTo(expected);
            var forward = new ArrayList<String>();
            LogPage page = null;
            do {
                page = pages().after(page == null ? LogPosition.BEGIN : page.newer(), false, LogSelection.all(), limit);
                forward.addAll(texts(page.lines()));
            } while (!page.end());
            assertThat(forward).as("forward by " + limit).isEqualTo(expected);
        }
        var line = pages().before(null, LogSelection.all(), 5).lines().getFirst();
        assertThat(line.bytes()).isEqualTo(2 * PIECE + 3);
        assertThat(line.from().time()).isEqualTo(at(1));
        var whole = new ByteArrayOutputStream();
        pages().copyLine(line.from(), whole);
        assertThat(whole.toString(StandardCharsets.UTF_8)).isEqualTo(piece + piece + "end");
        var view = LogLineView.of(line);
        assertThat(view.text()).hasSize(4 << 10);
        assertThat(view.bytes()).isEqualTo(2 * PIECE + 3L);
    }

    private List<String> backwardsWithLimit(int limit) throws IOException {
        var found = new ArrayList<String>();
        LogPosition at = null;
        do {
            var page = pages().before(at, LogSelection.all(), limit);
            found.addAll(0, texts(page.lines()));
            at = page.older();
        } while (at != null);
        return found;
    }

    @Test
    void whatIsWrittenWhileOnePagesComesNext() throws IOException {
        Files.writeString(log, lines(0, 10));
        var page = pages().before(null, LogSelection.all(), 5);
        Files.writeString(log, lines(10, 12), StandardOpenOption.APPEND);
        Files.move(log, folder.resolve("c-json.log.1"));
        Files.writeString(log, lines(12, 14));
        assertThat(texts(pages().after(page.newer(), false, LogSelection.all(), 100).lines())).isEqualTo(numbers(10, 14));
        assertThat(texts(pages().before(page.older(), LogSelection.all(), 100).lines())).isEqualTo(numbers(0, 5));
    }

    /** Where the files that were read are gone, what is there still comes, and that something is missing is said. */
    @Test
    void placeThatIsGoneIsSaid() throws IOException {
        Files.writeString(folder.resolve("c-json.log.1"), lines(0, 10));
        Files.writeString(folder.resolve("c-json.log.2"), lines(10, 20));
        Files.writeString(log, lines(20, 30));
        var third = pages().after(LogPosition.BEGIN, false, LogSelection.all(), 3).lines().getLast();
        Files.delete(folder.resolve("c-json.log.1"));
        Files.delete(folder.resolve("c-json.log.2"));
        var rest = pages().after(third.at(), false, LogSelection.all(), 100).lines();
        assertThat(texts(rest)).isEqualTo(numbers(20, 30));
        assertThat(rest.getFirst().afterGap()).isTrue();
        assertThat(rest.get(1).afterGap()).isFalse();
        assertThat(pages().before(third.at(), LogSelection.all(), 100).lines()).isEmpty();
        assertThatThrownBy(() -> pages().copyLine(third.from(), new ByteArrayOutputStream())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> LogPosition.parse("line", "nonsense")).isInstanceOf(InvalidArgumentException.class).hasMessageStartingWith("line: ");
    }

    @Test
    void allIsCopiedAsItWasWritten() throws IOException {
        Files.writeString(log, entry("plain\\n", "stdout", 0) + entry("\\udcff\\n", "stderr", 1) + entry("\\u001b[31mred\\u001b[0m\\n", "stdout", 2));
        var all = new ByteArrayOutputStream();
        pages().copy(LogSelection.all(), false, all);
        assertThat(all.toString(StandardCharsets.ISO_8859_1)).isEqualTo("plain\n\u00ff\n\u001b[31mred\u001b[0m\n");
        var filtered = new ByteArrayOutputStream();
        pages().copy(new LogSelection(null, null, LogSearch.of("RED", false, false), Show.MATCHING), true, filtered);
        assertThat(filtered.toString(StandardCharsets.UTF_8)).isEqualTo(at(2) + " \u001b[31mred\u001b[0m\n");
        var hit = pages().before(null, new LogSelection(null, null, LogSearch.of("red", false, true), Show.MATCHING), 1).lines().getFirst().hits().getFirst();
        assertThat(hit).as("colours are no part of the line").isEqualTo(new LogSearch.Hit(0, 3));
    }

    private void fourFiles() throws IOException {
        compress("c-json.log.7.gz", lines(0, 10_000));
        Files.writeString(folder.resolve("c-json.log.8"), lines(10_000, 20_000));
        compress("c-json.log.9.gz", lines(20_000, 30_000));
        Files.writeString(log, lines(30_000, 40_000));
    }

    private void compress(String name, String text) throws IOException {
        try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<String> texts(List<LogLine> lines) {
        return lines.stream().map(LogLine::text).toList();
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private static String lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(number -> entry(number + "\\n", "stdout", number)).collect(Collectors.joining());
    }

    private static String entry(String json, String stream, int number) {
        return "{\"log\":\"%s\",\"stream\":\"%s\",\"time\":\"%s\"}\n".formatted(json, stream, at(number));
    }

    private static Instant at(int number) {
        return BEGIN.plusSeconds(number);
    }
}
