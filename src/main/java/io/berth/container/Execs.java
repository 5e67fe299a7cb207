package io.berth.container;

import io.berth.container.UserFiles.Identity;
import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.Errno;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.instance.RandomId;
import io.berth.runtime.ExecKind;
import io.berth.runtime.IoSession;
import io.berth.runtime.LaunchFailedException;
import io.berth.runtime.LaunchPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Processes that clients run in running containers. They are kept in memory: an exec ends with its container and is forgotten some minutes
 * after its end. Safe for use by many threads.
 */
@Component
public class Execs {

    private static final Duration KEPT = Duration.ofMinutes(5);

    /** The program was not started; {@code code} is 127 or 126 as a shell has it. */
    public static final class ProgramException extends Exception {
        private final int code;

        ProgramException(String message, int code, Throwable cause) {
            super(message, cause);
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    private final Containers containers;
    private final LiveContainers live;
    private final ContainerLinks links;
    private final UserNamespaces users;
    private final Clock clock;
    private final Map<String, Exec> all = new ConcurrentHashMap<>();
    private final Map<String, ExecStream> streams = new ConcurrentHashMap<>();

    Execs(Containers containers, LiveContainers live, ContainerLinks links, UserNamespaces users, Clock clock) {
        this.containers = containers;
        this.links = links;
        this.users = users;
        this.live = live;
        this.clock = clock;
    }

    /** Prepares an exec. @throws InvalidArgumentException there is no command, or its user is unknown in the container */
    public Exec create(ExecSpec spec) {
        var container = containers.require(spec.container());
        requireRunning(container);
        if (spec.argv().isEmpty()) {
            throw new InvalidArgumentException("No exec command specified");
        }
        if (!spec.user().isEmpty()) {
            // A start answers with a stream, in which clients would not look for this.
            requireUser(container, spec);
        }
        forgetOld();
        var exec = new Exec(RandomId.next(), spec, false, 0, null, null);
        all.put(exec.id(), exec);
        containers.record(container, "exec_create: " + Happening.command(spec.argv()), attributes(exec));
        return exec;
    }

    /** @throws NotFoundException {@code No such exec instance: ID} */
    public Exec require(String id) {
        return find(id).orElseThrow(() -> new NotFoundException("No such exec instance: " + id));
    }

    /** Empty when it is forgotten. */
    public Optional<Exec> find(String id) {
        return Optional.ofNullable(all.get(id));
    }

    /** The ids of a container's execs that run. */
    public List<String> runningIn(ContainerId container) {
        return all.values().stream().filter(exec -> exec.spec().container().equals(container) && exec.isRunning()).map(Exec::id).toList();
    }

    /**
     * Starts an exec and gives its streams, which the caller reads to their end or closes.
     *
     * @throws ProgramException the program, its folder or its user is missing or cannot be used; the exec has ended with 127 or 126
     */
    public IoSession start(String id, int rows, int columns) throws ProgramException {
        return open(id, rows, columns, false);
    }

    /** Starts an exec whose output nobody wants. */
    public void startDetached(String id) throws ProgramException {
        var stream = open(id, 0, 0, true);
        Thread.ofVirtual().name("exec-" + id.substring(0, 12)).start(stream::drain);
    }

    private ExecStream open(String id, int rows, int columns, boolean detached) throws ProgramException {
        var exec = require(id);
        var container = containers.require(exec.spec().container());
        requireRunning(container);
        claim(exec);
        var spec = exec.spec().sized(rows, columns);
        try {
            var kind = spec.console() != null ? ExecKind.TIED : detached ? ExecKind.DETACHED : ExecKind.ATTACHED;
            var session = live.require(container).shim().exec(plan(container, spec), kind);
            all.put(id, new Exec(id, spec, true, session.started().pid(), null, null));
            containers.record(container, "exec_start: " + Happening.command(spec.argv()), attributes(exec));
            var stream = new ExecStream(id.substring(0, 12), session, exit -> ended(id, container, exit.code()));
            streams.put(id, stream);
            return stream;
        } catch (LaunchFailedException refused) {
            throw refused(exec, container, refused);
        } catch (IOException lost) {
            ended(id, container, 137);
            throw new ConflictException("container " + container.id() + " is not running", lost);
        } catch (InvalidArgumentException unknown) {
            // Its user was there when it was made.
            ended(id, container, 126);
            throw new ProgramException(String.valueOf(unknown.getMessage()), 126, unknown);
        } catch (RuntimeException failed) {
            ended(id, container, 126);
            throw failed;
        }
    }

    /** Two clients cannot start one exec. */
    private void claim(Exec exec) {
        var claimed = new Exec(exec.id(), exec.spec(), true, 0, null, null);
        if (exec.started() || !all.replace(exec.id(), exec, claimed)) {
            throw new ConflictException("exec " + exec.id() + " is already " + (exec.exitCode() == null ? "running" : "finished"));
        }
    }

    private ProgramException refused(Exec exec, Container container, LaunchFailedException refused) {
        String what = "OCI runtime exec failed: exec failed: unable to start container process: ";
        if (refused.isProgramMissing() || refused.isProgramNotExecutable()) {
            int code = refused.isProgramMissing() ? 127 : 126;
            ended(exec.id(), container, code);
            return new ProgramException(what + LaunchErrors.program(refused, exec.spec().argv().getFirst()), code, refused);
        }
        if (refused.isWorkingDirectory()) {
            int code = refused.errno() == Errno.ENOENT ? 127 : 126;
            ended(exec.id(), container, code);
            return new ProgramException(what + LaunchErrors.plain(refused), code, refused);
        }
        ended(exec.id(), container, 126);
        if (refused.isProfile()) {
            return new ProgramException(what + LaunchErrors.plain(refused), 126, refused);
        }
        throw new InternalException(what + LaunchErrors.plain(refused), refused);
    }

    /** @throws ConflictException it has no terminal or has ended */
    public void resize(String id, int rows, int columns) {
        var exec = require(id);
        var stream = streams.get(id);
        if (stream == null || !exec.isRunning()) {
            throw new InternalException("exec process is not started");
        }
        try {
            stream.resize(rows, columns);
        } catch (IOException failure) {
            throw new InternalException("cannot resize exec " + id + ": " + failure.getMessage(), failure);
        }
    }

    /** Ends a console as the loss of its terminal would; one that has ended is fine. */
    public void hangUp(String id) {
        var stream = streams.get(id);
        if (stream != null) {
            stream.hangUp();
        }
    }

    /** The container is gone. */
    void forget(ContainerId container) {
        all.values().removeIf(exec -> exec.spec().container().equals(container));
    }

    private void ended(String id, Container container, int code) {
        streams.remove(id);
        var exec = all.computeIfPresent(id, (key, one) -> new Exec(id, one.spec(), true, one.pid(), code, clock.instant()));
        var attributes = new HashMap<>(exec == null ? Map.of("execID", id) : attributes(exec));
        attributes.put("exitCode", Integer.toString(code));
        containers.record(container, "exec_die", attributes);
    }

    /** Of its events: who sits at a console, and with what, is part of them. */
    private static Map<String, String> attributes(Exec exec) {
        var console = exec.spec().console();
        return console == null ? Map.of("execID", exec.id())
                : Map.of("execID", exec.id(), "account", console.account(), "tools", console.tools() == null ? "container" : "toolbox");
    }

    private void forgetOld() {
        var limit = clock.instant().minus(KEPT);
        all.values().removeIf(exec -> exec.finishedAt() != null && exec.finishedAt().isBefore(limit));
    }

    private static void requireRunning(Container container) {
        if (!container.isRunning()) {
            throw LiveContainers.notRunning(container);
        }
        if (container.isRestarting()) {
            throw LiveContainers.restarting(container);
        }
        if (container.isPaused()) {
            throw new ConflictException("Container " + container.name() + " is paused, unpause the container before exec");
        }
    }

    private LaunchPlan plan(Container container, ExecSpec spec) {
        if (!(container.state() instanceof ContainerState.Running running)) {
            throw LiveContainers.notRunning(container);
        }
        try {
            return ExecPlanner.plan(links.told(container), live.require(container).cgroup(), spec, identity(container, running, spec),
                    users.of(running.pid()));
        } catch (NativeException gone) {
            throw new ConflictException("container " + container.id() + " is not running", gone);
        }
    }

    private static void requireUser(Container container, ExecSpec spec) {
        if (!(container.state() instanceof ContainerState.Running running)) {
            throw LiveContainers.notRunning(container);
        }
        try {
            identity(container, running, spec);
        } catch (NativeException gone) {
            throw new ConflictException("container " + container.id() + " is not running", gone);
        }
    }

    /** By the files that the container has at this moment, seen below its own root. */
    private static Identity identity(Container container, ContainerState.Running running, ExecSpec spec) {
        var asked = spec.user().isEmpty() ? container.config().user() : spec.user();
        try (var root = RootDir.open(Path.of("/proc", Integer.toString(running.pid()), "root"))) {
            return UserFiles.read(root).resolve(asked == null ? "" : asked,
                    container.hostConfig().groupAdd() == null ? List.of() : container.hostConfig().groupAdd());
        }
    }
}
