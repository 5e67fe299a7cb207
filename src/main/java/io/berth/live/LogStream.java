package io.berth.live;

import io.berth.log.LogEntry;
import io.berth.log.LogReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a container has printed and prints, several lines a message. The log file is the buffer of a slow browser. */
final class LogStream implements LiveStream {

    private static final int MOST_LINES = 500;
    private static final int MOST_BYTES = 64 << 10;

    private final LogReader reader;
    private final LiveSender sender;

    LogStream(LogReader reader, LiveSender sender) {
        this.reader = reader;
        this.sender = sender;
    }

    /** A line, or a piece of a long one. */
    record Line(String time, String stream, String text, boolean partial) {

        static Line of(LogEntry entry) {
            boolean whole = entry.endsLine();
            int length = entry.data().length - (whole ? 1 : 0);
            return new Line(entry.time().toString(), entry.stream().name().toLowerCase(Locale.ROOT),
                    new String(entry.data(), 0, length, StandardCharsets.UTF_8), !whole);
        }
    }

    @Override
    public void run() throws IOException {
        List<Line> batch = new ArrayList<>();
        int bytes = 0;
        for (var entry = reader.next(); entry != null; entry = reader.next()) {
            batch.add(Line.of(entry));
            bytes += entry.data().length;
            if (batch.size() >= MOST_LINES || bytes >= MOST_BYTES || !reader.hasMoreNow()) {
                sender.json(Map.of("lines", batch));
                batch = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!batch.isEmpty()) {
            sender.json(Map.of("lines", batch));
        }
        sender.json(Map.of("end", true));
    }

    @Override
    public void close() {
        reader.close();
    }
}
