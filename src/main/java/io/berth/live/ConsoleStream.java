package io.berth.live;

import io.berth.container.ContainerId;
import io.berth.container.ExecSpec;
import io.berth.container.Execs;
import io.berth.container.Execs.ProgramException;
import io.berth.error.InvalidArgumentException;
import io.berth.runtime.IoSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A shell in a container, with a terminal. Closing it hangs the terminal up, which ends a shell. */
final class ConsoleStream implements LiveStream {

    private static final JsonMapper JSON = new JsonMapper();
    /** Bash where there is one. */
    private static final List<String> SHELL = List.of("/bin/sh", "-c", "if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi");
    private static final int LARGEST = 1000;

    private final Execs execs;
    private final LiveSender sender;
    private final String id;
    private final IoSession session;

    private ConsoleStream(Execs execs, LiveSender sender, String id, IoSession session) {
        this.execs = execs;
        this.sender = sender;
        this.id = id;
        this.session = session;
    }

    /** @throws InvalidArgumentException there is no such program in the container */
    static ConsoleStream open(Execs execs, ContainerId container, LiveRequest request, LiveSender sender) {
        var command = request.all("command");
        int rows = request.number("rows", 24, LARGEST);
        int columns = request.number("columns", 80, LARGEST);
        var exec = execs.create(new ExecSpec(container, command.isEmpty() ? SHELL : command, true, true, true, true, "", "", List.of(), false, "",
                rows, columns));
        try {
            return new ConsoleStream(execs, sender, exec.id(), execs.start(exec.id(), rows, columns));
        } catch (ProgramException missing) {
            throw new InvalidArgumentException(command.isEmpty() ? "this container has no shell (/bin/sh)" : String.valueOf(missing.getMessage()),
                    missing);
        }
    }

    @Override
    public void run() throws IOException {
        for (var frame = session.read(); frame != null; frame = session.read()) {
            sender.bytes(frame.data());
        }
        var code = execs.require(id).exitCode();
        sender.json(Map.of("type", "exit", "code", code == null ? -1 : code));
    }

    @Override
    public void input(ByteBuffer bytes) throws IOException {
        session.write(bytes);
    }

    @Override
    public void message(String text) {
        try {
            var asked = JSON.readTree(text);
            if (asked.path("type").asString("").equals("resize")) {
                execs.resize(id, Math.clamp(asked.path("rows").asInt(24), 1, LARGEST), Math.clamp(asked.path("columns").asInt(80), 1, LARGEST));
            }
        } catch (JacksonException malformed) {
            throw new InvalidArgumentException("a message that is no JSON", malformed);
        }
    }

    @Override
    public void close() {
        execs.hangUp(id);
        session.close();
    }
}
