package io.berth.adminapi;

import io.berth.container.ContainerLogs;
import io.berth.error.InvalidArgumentException;
import io.berth.log.LogLineView;
import io.berth.log.LogPage;
import io.berth.log.LogPosition;
import io.berth.log.LogSearch;
import io.berth.log.LogSelection;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What a container has printed, in pages and as a whole. {@code ref} is a container, or the id of one that was removed and whose log is kept
 * ({@link RemovedLogResource}). What is written from now on comes over {@code /ws/v1/containers/{ref}/logs}.
 */
@RestController
@RequestMapping("/api/v1/containers/{ref}/logs")
class LogResource {

    private static final int MOST_LINES = 5000;
    private static final String TEXT = "text/plain;charset=utf-8";

    private final ContainerLogs logs;

    LogResource(ContainerLogs logs) {
        this.logs = logs;
    }

    /**
     * Which lines are wanted.
     *
     * @param since first instant that counts, as RFC 3339 has it
     * @param until last instant that counts
     * @param search a text, or with {@code regex} a regular expression of Java; empty for none
     * @param matchCase whether capital and small letters are different
     * @param show {@code all} (what was found is marked), {@code matching}, or {@code others}: those in which it was not found
     */
    record Selection(@Nullable String since, @Nullable String until, @Nullable String search, @Nullable Boolean regex, @Nullable Boolean matchCase,
            @Nullable String show) {

        LogSelection selection() {
            var found = LogSearch.ofAny(search == null ? "" : search, Boolean.TRUE.equals(regex), Boolean.TRUE.equals(matchCase));
            var from = instant("since", since);
            var to = instant("until", until);
            if (from != null && to != null && to.isBefore(from)) {
                throw new InvalidArgumentException("until: " + until + " is before since");
            }
            return new LogSelection(from, to, found, LogSelection.Show.of(show == null ? "" : show));
        }

        private static @Nullable Instant instant(String field, @Nullable String text) {
            try {
                return text == null || text.isEmpty() ? null : OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException malformed) {
                throw new InvalidArgumentException(field + ": \"" + text + "\" is no time: write it as 2026-01-31T12:00:00Z", malformed);
            }
        }
    }

    /**
     * Some lines, oldest first. There may be none though there are more: a search has a second and a half for each page.
     *
     * @param older goes on backwards, as {@code before}; null at the begin of the log
     * @param newer goes on, as {@code after}
     * @param end whether there was nothing newer
     * @param ended whether nothing more is written unless the container is started again
     * @param removed when the container was removed; null while it is there
     */
    record Page(String id, String name, @Nullable Instant removed, boolean ended, List<LogLineView> lines, @Nullable String older, String newer, boolean end) {}

    /** When a container was started, oldest first, as far back as events are kept. */
    record Starts(List<Instant> items) {}

    /**
     * A page: the lines before a position, those after one, those from one on with the line that ends there, or, without any, the last ones.
     * A position may be written {@code <seconds>.<nanoseconds>-0-0} for a time.
     */
    @GetMapping
    Page page(@PathVariable String ref, @RequestParam(required = false) @Nullable String before, @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String from, @RequestParam(defaultValue = "500") int limit, @ModelAttribute Selection asked)
            throws IOException {
        if (limit < 1 || limit > MOST_LINES) {
            throw new InvalidArgumentException("limit: " + limit + " is not between 1 and " + MOST_LINES);
        }
        var source = logs.find(ref);
        var pages = logs.pages(source);
        var selection = asked.selection();
        LogPage page;
        if (after != null) {
            page = pages.after(LogPosition.parse("after", after), false, selection, limit);
        } else if (from != null) {
            page = pages.after(LogPosition.parse("from", from), true, selection, limit);
        } else {
            page = pages.before(before == null ? null : LogPosition.parse("before", before), selection, limit);
        }
        return new Page(source.id().value(), source.name(), source.removed(), source.ended(), page.lines().stream().map(LogLineView::of).toList(),
                page.older() == null ? null : page.older().toString(), page.newer().toString(), page.end());
    }

    /** All that is wanted, as text. @param timestamps each line after its time */
    @GetMapping("/download")
    void download(@PathVariable String ref, @RequestParam(defaultValue = "false") boolean timestamps, @ModelAttribute Selection asked,
            HttpServletResponse response) throws IOException {
        var source = logs.find(ref);
        var selection = asked.selection();
        RawBody.attach(response, source.name() + ".log", TEXT);
        logs.pages(source).copy(selection, timestamps, response.getOutputStream());
    }

    /** One line as a whole, however long it is. @param from where its first piece is: {@code from} of the line, or {@code at} where it has none */
    @GetMapping("/line")
    void line(@PathVariable String ref, @RequestParam String from, HttpServletResponse response) throws IOException {
        var source = logs.find(ref);
        RawBody.attach(response, source.name() + "-line.log", TEXT);
        logs.pages(source).copyLine(LogPosition.parse("from", from), response.getOutputStream());
    }

    @GetMapping("/starts")
    Starts starts(@PathVariable String ref) {
        return new Starts(logs.starts(logs.find(ref)));
    }
}
