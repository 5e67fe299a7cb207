package io.berth.live;

import io.berth.container.ContainerLogs;
import io.berth.error.EngineException;
import io.berth.log.LogLine;
import io.berth.log.LogLineView;
import io.berth.log.LogLines;
import io.berth.log.LogPosition;
import io.berth.log.LogSearch;
import io.berth.log.LogSelection;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * What a container has printed and prints, several lines a message. The log file is the buffer of a slow browser. One that wants no more than
 * so many lines at once ({@code most}) is told instead how many it was not sent:
 * <pre>
 * {"lines":[...],"position":"..."}   lines; going on after the position misses nothing
 * {"skipped":n}                      n lines are left out here
 * {"end":true}                       the container does not run
 * {"type":"error","message":"..."}   and the end
 * </pre>
 */
final class LogStream implements LiveStream {

    private static final int MOST_LINES = 500;
    private static final int MOST_BYTES = 64 << 10;
    private static final int LONGEST_TAIL = 5000;
    private static final int USUAL_TAIL = 500;
    /** Of lines that wait to be sent, when some may be left out. */
    private static final int MOST_WAITING_BYTES = 4 << 20;

    private final LogLines lines;
    private final LiveSender sender;
    /** Lines that may wait before the oldest are left out; 0: none is. */
    private final int most;
    private final Deque<LogLine> waiting = new ArrayDeque<>();
    private int bytes;
    private long skipped;

    private LogStream(LogLines lines, LiveSender sender, int most) {
        this.lines = lines;
        this.sender = sender;
        this.most = most;
    }

    /** Parameters: {@code after} (a position) or {@code tail} (lines); {@code most}; {@code search}, {@code regex}, {@code matchCase}, {@code show}. */
    static LogStream open(ContainerLogs logs, LiveRequest request, LiveSender sender) {
        var source = logs.find(request.ref());
        var search = LogSearch.ofAny(request.text("search"), request.flag("regex"), request.flag("matchCase"));
        var selection = new LogSelection(null, null, search, LogSelection.Show.of(request.text("show")));
        var after = request.text("after");
        var lines = after.isEmpty() ? logs.tail(source, request.number("tail", USUAL_TAIL, LONGEST_TAIL), selection)
                : logs.follow(source, LogPosition.parse("after", after), selection);
        return new LogStream(lines, sender, request.number("most", 0, LONGEST_TAIL));
    }

    @Override
    public void run() throws IOException {
        try {
            while (lines.step(this::take)) {
                if (!lines.hasMoreNow() || most == 0 && (waiting.size() >= MOST_LINES || bytes >= MOST_BYTES)) {
                    send();
                }
            }
            send();
            sender.json(Map.of("end", true));
        } catch (EngineException refused) {
            sender.json(Map.of("type", "error", "message", String.valueOf(refused.getMessage())));
        }
    }

    private void take(LogLine line) {
        waiting.add(line);
        bytes += line.data().length;
        while (most > 0 && (waiting.size() > most || bytes > MOST_WAITING_BYTES && waiting.size() > 1)) {
            bytes -= waiting.removeFirst().data().length;
            skipped++;
        }
    }

    private void send() throws IOException {
        if (skipped > 0) {
            sender.json(Map.of("skipped", skipped));
            skipped = 0;
        }
        List<LogLineView> batch = new ArrayList<>();
        int size = 0;
        while (!waiting.isEmpty()) {
            var line = waiting.removeFirst();
            batch.add(LogLineView.of(line));
            size += line.data().length;
            if (batch.size() >= MOST_LINES || size >= MOST_BYTES || waiting.isEmpty()) {
                var position = waiting.isEmpty() ? lines.position() : line.at();
                sender.json(Map.of("lines", batch, "position", position.toString()));
                batch = new ArrayList<>();
                size = 0;
            }
        }
        bytes = 0;
    }

    @Override
    public void close() {
        lines.close();
    }
}
