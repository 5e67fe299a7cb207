package io.berth.engineapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.container.Containers;
import io.berth.container.Exec;
import io.berth.container.ExecSpec;
import io.berth.container.Execs;
import io.berth.container.Execs.ProgramException;
import io.berth.error.InvalidArgumentException;
import io.berth.http.ApiVersion;
import io.berth.http.Hijack;
import io.berth.log.StreamKind;
import io.berth.runtime.IoSession;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code Exec*} of the Docker Engine API. */
@RestController
class ExecController {

    private final Containers containers;
    private final Execs execs;

    ExecController(Containers containers, Execs execs) {
        this.containers = containers;
        this.execs = execs;
    }

    record Creation(@JsonProperty("AttachStdin") boolean stdin, @JsonProperty("AttachStdout") boolean stdout,
            @JsonProperty("AttachStderr") boolean stderr, @JsonProperty("Tty") boolean tty, @JsonProperty("DetachKeys") @Nullable String detachKeys,
            @JsonProperty("Env") @Nullable List<String> env, @JsonProperty("Cmd") @Nullable List<String> cmd,
            @JsonProperty("Privileged") boolean privileged, @JsonProperty("User") @Nullable String user,
            @JsonProperty("WorkingDir") @Nullable String workingDir, @JsonProperty("ConsoleSize") @Nullable List<Integer> consoleSize) {}

    record Start(@JsonProperty("Detach") boolean detach, @JsonProperty("Tty") boolean tty,
            @JsonProperty("ConsoleSize") @Nullable List<Integer> consoleSize) {}

    @PostMapping("/containers/{ref}/exec")
    Wire create(@PathVariable String ref, HttpServletRequest request, HttpServletResponse response) throws IOException {
        var container = containers.resolve(ref);
        var asked = JsonBody.required(request, Creation.class);
        var keys = text(asked.detachKeys());
        checkKeys(keys);
        var exec = execs.create(new ExecSpec(container.id(), asked.cmd() == null ? List.of() : asked.cmd(), asked.tty(), asked.stdin(),
                asked.stdout(), asked.stderr(), text(asked.user()), text(asked.workingDir()), asked.env() == null ? List.of() : asked.env(),
                asked.privileged(), keys, size(asked.consoleSize(), 0), size(asked.consoleSize(), 1), null));
        response.setStatus(HttpServletResponse.SC_CREATED);
        return Wire.of("Id", exec.id());
    }

    @PostMapping("/exec/{id}/start")
    void start(@PathVariable String id, HttpServletRequest request, HttpServletResponse response) throws IOException {
        var body = JsonBody.of(request, Start.class);
        var asked = body == null ? new Start(false, false, null) : body;
        var exec = execs.require(id);
        if (asked.detach()) {
            try {
                execs.startDetached(id);
            } catch (ProgramException refused) {
                throw new InvalidArgumentException(String.valueOf(refused.getMessage()), refused);
            }
            return;
        }
        var format = new StreamFormat(exec.spec().tty());
        @Nullable IoSession session = null;
        String error = "";
        try {
            session = execs.start(id, size(asked.consoleSize(), 0), size(asked.consoleSize(), 1));
        } catch (ProgramException refused) {
            // Not an HTTP error: clients read the text from the stream, Docker's choice of which they rely on, and the code from the exec.
            error = refused.getMessage() + "\r\n";
        }
        accept(exec, session, error, format, request, response);
    }

    private static void accept(Exec exec, @Nullable IoSession session, String error, StreamFormat format, HttpServletRequest request,
            HttpServletResponse response) {
        var spec = exec.spec();
        Hijack.accept(request, response, format.contentType(ApiVersion.of(request)), connection -> {
            if (session == null) {
                connection.write(format.encode(StreamKind.STDOUT, ByteBuffer.wrap(error.getBytes(StandardCharsets.UTF_8))));
            } else {
                new StreamPump(connection, session, format).run(spec.stdin(), spec.tty() ? DetachKeys.parse(spec.detachKeys()) : null, () -> { });
            }
        });
    }

    @PostMapping("/exec/{id}/resize")
    void resize(@PathVariable String id, HttpServletRequest request) {
        var query = Query.of(request);
        execs.resize(id, ContainersController.size(query, "h"), ContainersController.size(query, "w"));
    }

    @GetMapping("/exec/{id}/json")
    Wire inspect(@PathVariable String id) {
        var exec = execs.require(id);
        var spec = exec.spec();
        return Wire.of("ID", exec.id()).with("Running", exec.isRunning()).with("ExitCode", exec.exitCode())
                .with("ProcessConfig", Wire.of("tty", spec.tty()).with("entrypoint", spec.argv().getFirst())
                        .with("arguments", spec.argv().subList(1, spec.argv().size())).with("privileged", spec.privileged()).with("user", spec.user()))
                .with("OpenStdin", spec.stdin()).with("OpenStderr", spec.stderr()).with("OpenStdout", spec.stdout()).with("CanRemove", false)
                .with("ContainerID", spec.container().value()).with("DetachKeys", "").with("Pid", exec.pid());
    }

    private static void checkKeys(String keys) {
        try {
            DetachKeys.parse(keys);
        } catch (InvalidArgumentException unknown) {
            throw new InvalidArgumentException("Invalid escape keys (" + keys + ") provided", unknown);
        }
    }

    private static int size(@Nullable List<Integer> size, int index) {
        return size == null || size.size() <= index ? 0 : size.get(index);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
