package io.berth.console;

import io.berth.console.ConsoleEnd.Why;
import io.berth.console.ConsoleSession.Opened;
import io.berth.container.Container;
import io.berth.container.ContainerId;
import io.berth.container.ContainerProcesses;
import io.berth.container.ContainerState;
import io.berth.container.Containers;
import io.berth.container.Exec;
import io.berth.container.ExecSpec;
import io.berth.container.Execs;
import io.berth.container.Execs.ProgramException;
import io.berth.error.ConflictException;
import io.berth.error.EngineException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.instance.RandomId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The consoles of this run of the service. Each belongs to the account that has opened it: to all others it does not exist. It ends with its
 * program, with its container, when its owner closes it, when nobody has looked at it for {@code berth.console.keep}, and with the service.
 * One that has ended is kept as long, for who comes back to see how. Safe for use by many threads.
 */
@Component
public class Consoles implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Consoles.class);
    private static final int RUN_DIGITS = 8;
    private static final int SESSION_DIGITS = 32;
    private static final int LARGEST = 1000;
    private static final String TERMINAL = "TERM=xterm-256color";

    private final Containers containers;
    private final Execs execs;
    private final ContainerProcesses processes;
    private final Shells shells;
    private final Toolbox toolbox;
    private final ConsoleProperties properties;
    private final Clock clock;
    private final Instant begun;
    private final String run = RandomId.next().substring(0, RUN_DIGITS);
    private final AtomicInteger opening = new AtomicInteger();
    private final Map<String, ConsoleSession> all = new ConcurrentHashMap<>();
    private final Map<String, Due> due = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().name("consoles").daemon().factory(), new ThreadPoolExecutor.DiscardPolicy());

    /** What happens to a console at some time, unless somebody comes. */
    private record Due(Instant at, ScheduledFuture<?> what) {}

    Consoles(Containers containers, Execs execs, ContainerProcesses processes, Shells shells, Toolbox toolbox, ConsoleProperties properties, Clock clock) {
        this.containers = containers;
        this.execs = execs;
        this.processes = processes;
        this.shells = shells;
        this.toolbox = toolbox;
        this.properties = properties;
        this.clock = clock;
        this.begun = clock.instant();
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Opens a console.
     *
     * @throws InvalidArgumentException the container has no such program, user or folder, or no shell at all
     * @throws ConflictException it does not run, or there are too many consoles
     */
    public ConsoleView open(String account, Container container, ConsoleRequest asked) {
        claimRoom();
        try {
            return make(account, container, asked);
        } finally {
            opening.decrementAndGet();
        }
    }

    private ConsoleView make(String account, Container container, ConsoleRequest asked) {
        if (asked.toolbox() && !asked.shell().isEmpty()) {
            throw new InvalidArgumentException("shell: the toolbox brings its own, so none can be chosen");
        }
        Path tools = asked.toolbox() ? toolbox.folder() : null;
        var program = tools != null ? ExecSpec.TOOLS_PATH + "/sh" : asked.shell().isEmpty() ? shells.best(container) : asked.shell();
        var exec = create(account, container, asked, program, tools);
        var opened = new Opened(run + "-" + RandomId.next().substring(0, SESSION_DIGITS), account, container, asked, program, exec.id(), clock.instant());
        var session = start(opened, exec);
        all.put(opened.id(), session);
        plan(session);
        Thread.ofVirtual().name("console-" + opened.id()).start(session::run);
        return session.view();
    }

    private void claimRoom() {
        long running = all.values().stream().filter(session -> session.end() == null).count() + opening.getAndIncrement();
        if (running >= properties.sessions()) {
            opening.decrementAndGet();
            throw new ConflictException(running + " consoles are open, as many as berth.console.sessions allows: close one first");
        }
        // Those that have ended are for who comes back; they do not take more room than those that run.
        all.values().stream().filter(session -> session.end() != null && session.clientCount() == 0)
                .sorted(Comparator.comparing((ConsoleSession session) -> session.opened().at()).reversed()).skip(properties.sessions()).forEach(this::forget);
    }

    private Exec create(String account, Container container, ConsoleRequest asked, String program, @Nullable Path tools) {
        var user = tools != null && asked.user().isEmpty() ? "0:0" : asked.user();
        try {
            return execs.create(new ExecSpec(container.id(), List.of(program), true, true, true, true, user, asked.workingDir(), List.of(TERMINAL), false, "",
                    size(asked.rows()), size(asked.columns()), new ExecSpec.Console(account, tools)));
        } catch (InvalidArgumentException unknown) {
            throw new InvalidArgumentException("user: " + unknown.getMessage(), unknown);
        }
    }

    private ConsoleSession start(Opened opened, Exec exec) {
        try {
            return new ConsoleSession(opened, execs.start(exec.id(), 0, 0), properties.scrollbackBytes(), new Surroundings());
        } catch (ProgramException refused) {
            // In Docker's words that begins with what was tried, which is known here.
            var why = String.valueOf(refused.getMessage()).replaceFirst("^.*unable to start container process: ", "");
            var field = why.contains("unable to find") ? "user" : why.contains("chdir to") || why.contains("working directory") ? "workingDir" : "shell";
            throw new InvalidArgumentException(field + ": " + why, refused);
        }
    }

    /** Its owner's consoles, the oldest first. */
    public List<ConsoleView> list(String account) {
        return all.values().stream().filter(session -> session.opened().account().equals(account)).map(ConsoleSession::view)
                .sorted(Comparator.comparing(ConsoleView::startedAt)).toList();
    }

    public List<ConsoleView> list(String account, ContainerId container) {
        return list(account).stream().filter(console -> console.containerId().equals(container.value())).toList();
    }

    /** @throws NotFoundException there is none of this account with this id; says so when it was lost with the service */
    public ConsoleView get(String account, String id) {
        return require(account, id).view();
    }

    /** The names of the programs that were started in a console, still run and end with it; its own shell is not counted. */
    public List<String> programs(String account, String id) {
        var opened = require(account, id).opened();
        var root = execs.find(opened.execId()).filter(Exec::isRunning).map(Exec::pid);
        return root.map(pid -> Programs.of(pid, opened.asked().toolbox(), processes.of(opened.container()))).orElse(List.of());
    }

    /** Looks at a console. @param from as {@link ConsoleSession#attach} has it */
    public ConsoleClient attach(String account, String id, long from) {
        return require(account, id).attach(from);
    }

    /** Ends a console, whatever runs in it; forgets one that has ended. */
    public void end(String account, String id) {
        var session = require(account, id);
        end(session, Why.CLOSED);
        forget(session);
    }

    private void end(ConsoleSession session, Why why) {
        session.finish(new ConsoleEnd(why, null, clock.instant()));
        execs.hangUp(session.opened().execId());
    }

    private ConsoleSession require(String account, String id) {
        return Optional.ofNullable(all.get(id)).filter(session -> session.opened().account().equals(account))
                .orElseThrow(() -> new NotFoundException(id.startsWith(run) ? "No such console: " + id + ". It was closed, or has ended some time ago"
                        : "No such console: " + id + ". The service was started anew at " + begun + ", and its consoles ended with it"));
    }

    private void forget(ConsoleSession session) {
        all.remove(session.opened().id());
        var planned = due.remove(session.opened().id());
        if (planned != null) {
            planned.what().cancel(false);
        }
    }

    /** Somebody came, or the last one left, or it has ended: the time begins anew. */
    private synchronized void plan(ConsoleSession session) {
        var id = session.opened().id();
        var planned = due.remove(id);
        if (planned != null) {
            planned.what().cancel(false);
        }
        if (session.clientCount() == 0 && all.containsKey(id)) {
            Duration keep = properties.keep();
            due.put(id, new Due(clock.instant().plus(keep), timer.schedule(() -> expire(session), keep.toMillis(), TimeUnit.MILLISECONDS)));
        }
    }

    private void expire(ConsoleSession session) {
        if (session.end() != null) {
            forget(session);
        } else if (session.clientCount() == 0) {
            end(session, Why.LEFT);
        }
    }

    /** What sessions ask of us. */
    private final class Surroundings implements ConsoleSession.Host {

        @Override
        public ConsoleEnd endOf(ConsoleSession session) {
            return new ConsoleEnd(Why.PROGRAM, execs.find(session.opened().execId()).map(Exec::exitCode).orElse(null), clock.instant());
        }

        @Override
        public ConsoleView view(ConsoleSession session) {
            return viewOf(session);
        }

        @Override
        public void resize(String execId, int rows, int columns) {
            try {
                execs.resize(execId, size(rows), size(columns));
            } catch (EngineException ended) {
                LOG.debug("exec {} has ended: its terminal has no size", execId, ended);
            }
        }

        @Override
        public void stirred(ConsoleSession session) {
            plan(session);
        }
    }

    private static int size(int asked) {
        return Math.clamp(asked, 1, LARGEST);
    }

    private ConsoleView viewOf(ConsoleSession session) {
        var opened = session.opened();
        var end = session.end();
        var container = containers.find(opened.container().id());
        var planned = due.get(opened.id());
        return new ConsoleView(opened.id(), opened.container().id().value(), container.map(Container::name).orElse(opened.container().name()), opened.program(),
                opened.asked().toolbox(), opened.asked().user(), opened.asked().workingDir(), end == null ? "running" : "ended", end == null ? null : end.code(),
                end == null ? null : why(opened, end, container), opened.at(), session.clientCount(), planned == null ? null : planned.at());
    }

    /** A container that does not run, or runs again, has taken its programs with it. */
    private static String why(Opened opened, ConsoleEnd end, Optional<Container> container) {
        return switch (end.why()) {
            case CLOSED -> "closed";
            case LEFT -> "left";
            case PROGRAM -> container.filter(now -> runningSince(now).isPresent() && runningSince(now).equals(runningSince(opened.container()))).isPresent()
                    ? "program" : "container";
        };
    }

    private static Optional<Instant> runningSince(Container container) {
        return container.state() instanceof ContainerState.Running running ? Optional.of(running.since()) : Optional.empty();
    }

    /** The service ends: so do its consoles, whose programs are hung up. */
    @Override
    public void close() {
        timer.shutdownNow();
        all.values().forEach(session -> end(session, Why.CLOSED));
    }
}
