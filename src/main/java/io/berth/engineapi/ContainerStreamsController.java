package io.berth.engineapi;

import io.berth.container.ContainerLifecycle;
import io.berth.container.ContainerLogs;
import io.berth.container.Containers;
import io.berth.error.InvalidArgumentException;
import io.berth.http.ApiVersion;
import io.berth.http.Hijack;
import io.berth.http.HijackedConnection;
import io.berth.log.LogEntry;
import io.berth.log.LogQuery;
import io.berth.log.LogReader;
import io.berth.log.StreamKind;
import io.berth.runtime.AttachFlag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code ContainerAttach} and {@code ContainerLogs} of the Docker Engine API. */
@RestController
class ContainerStreamsController {

    private static final int BATCH = 64 << 10;

    private final Containers containers;
    private final ContainerLifecycle lifecycle;
    private final ContainerLogs logs;

    ContainerStreamsController(Containers containers, ContainerLifecycle lifecycle, ContainerLogs logs) {
        this.containers = containers;
        this.lifecycle = lifecycle;
        this.logs = logs;
    }

    @PostMapping("/containers/{ref}/attach")
    void attach(@PathVariable String ref, HttpServletRequest request, HttpServletResponse response) {
        var container = containers.resolve(ref);
        var query = Query.of(request);
        var keys = DetachKeys.parse(query.text("detachKeys"));
        boolean input = query.flag("stdin") && query.flag("stream") && container.config().openStdin();
        var format = new StreamFormat(container.config().tty());
        var session = lifecycle.attach(container.id(), flags(query, input));
        try {
            Hijack.accept(request, response, format.contentType(ApiVersion.of(request)), connection ->
                    new StreamPump(connection, session, format).run(input, container.config().tty() ? keys : null, () -> { }));
        } catch (RuntimeException failed) {
            session.close();
            throw failed;
        }
    }

    static Set<AttachFlag> flags(Query query, boolean input) {
        var flags = EnumSet.noneOf(AttachFlag.class);
        if (input) {
            flags.add(AttachFlag.STDIN);
        }
        if (query.flag("stdout")) {
            flags.add(AttachFlag.STDOUT);
        }
        if (query.flag("stderr")) {
            flags.add(AttachFlag.STDERR);
        }
        if (query.flag("logs")) {
            flags.add(AttachFlag.REPLAY);
        }
        if (query.flag("stream")) {
            flags.add(AttachFlag.STREAM);
        }
        return flags;
    }

    @GetMapping("/containers/{ref}/logs")
    void logs(@PathVariable String ref, HttpServletRequest request, HttpServletResponse response) {
        var container = containers.resolve(ref);
        var query = Query.of(request);
        if (!query.flag("stdout") && !query.flag("stderr")) {
            throw new InvalidArgumentException("Bad parameters: you must choose at least one stream");
        }
        boolean follow = query.flag("follow");
        var reader = logs.read(container.id(), new LogQuery(query.flag("stdout"), query.flag("stderr"), query.instant("since"),
                query.instant("until"), tail(query.text("tail")), follow));
        var format = new StreamFormat(container.config().tty());
        boolean timestamps = query.flag("timestamps");
        String details = query.flag("details") ? LogDetails.of(container) + " " : "";
        try {
            Hijack.stream(request, response, format.contentType(ApiVersion.of(request)), connection -> {
                try (reader) {
                    if (follow) {
                        connection.onHangUp(reader::close);
                    }
                    new LogCopy(reader, format, timestamps, details).to(connection);
                }
            });
        } catch (RuntimeException failed) {
            reader.close();
            throw failed;
        }
    }

    /** A tail that is no number means all, as Docker has it. */
    private static int tail(String text) {
        try {
            int lines = Integer.parseInt(text);
            return lines < 0 ? LogQuery.ALL : lines;
        } catch (NumberFormatException all) {
            return LogQuery.ALL;
        }
    }

    /** Copies log entries to a client, small ones together. */
    private static final class LogCopy {

        private final LogReader reader;
        private final StreamFormat format;
        private final boolean timestamps;
        private final String details;
        private final Map<StreamKind, Boolean> midLine = new EnumMap<>(StreamKind.class);
        private final ByteArrayOutputStream batch = new ByteArrayOutputStream(BATCH);

        LogCopy(LogReader reader, StreamFormat format, boolean timestamps, String details) {
            this.reader = reader;
            this.format = format;
            this.timestamps = timestamps;
            this.details = details;
        }

        void to(HijackedConnection connection) throws IOException {
            for (var entry = reader.next(); entry != null; entry = reader.next()) {
                put(entry);
                if (batch.size() >= BATCH || !reader.hasMoreNow()) {
                    connection.write(ByteBuffer.wrap(batch.toByteArray()));
                    batch.reset();
                }
            }
            if (batch.size() > 0) {
                connection.write(ByteBuffer.wrap(batch.toByteArray()));
            }
        }

        private void put(LogEntry entry) {
            var data = ByteBuffer.wrap(entry.data());
            boolean begins = !midLine.getOrDefault(entry.stream(), false);
            midLine.put(entry.stream(), !entry.endsLine());
            if (begins && (timestamps || !details.isEmpty())) {
                byte[] head = ((timestamps ? Wire.time(entry.time()) + " " : "") + details)
                        .getBytes(StandardCharsets.UTF_8);
                data = ByteBuffer.allocate(head.length + entry.data().length).put(head).put(entry.data()).flip();
            }
            var encoded = format.encode(entry.stream(), data);
            batch.write(encoded.array(), encoded.arrayOffset() + encoded.position(), encoded.remaining());
        }
    }
}
