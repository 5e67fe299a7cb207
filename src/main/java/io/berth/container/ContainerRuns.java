package io.berth.container;

import io.berth.container.ContainerWaits.Outcome;
import io.berth.instance.Failpoint;
import io.berth.instance.Instance;
import io.berth.instance.RandomId;
import io.berth.network.Sandboxes;
import io.berth.runtime.RunRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * Makes the records of shims part of the containers, each once and in their order: starts, ends and looks at their health, as they come and
 * those that came while the engine was away.
 */
@Component
class ContainerRuns {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerRuns.class);

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final int LOOKS_AT_ONCE = 256;

    private final Containers containers;
    private final ContainerLocks locks;
    private final LiveContainers live;
    private final ContainerWaits waits;
    private final ContainerEnd end;
    private final Healths healths;
    private final Sandboxes sandboxes;
    private final ContainerRestarts restarts;
    private final Instance instance;

    ContainerRuns(Containers containers, ContainerLocks locks, LiveContainers live, ContainerWaits waits, ContainerEnd end, Healths healths,
            Sandboxes sandboxes, @Lazy ContainerRestarts restarts, Instance instance) {
        this.containers = containers;
        this.locks = locks;
        this.live = live;
        this.waits = waits;
        this.end = end;
        this.healths = healths;
        this.sandboxes = sandboxes;
        this.restarts = restarts;
        this.instance = instance;
    }

    /** Follows a container whose shim lives, to the end of its last run. */
    void follow(ContainerId id, LiveContainer running) {
        Thread.ofVirtual().name("run-" + id.shortId()).start(() -> {
            try {
                followToEnd(id, running);
            } catch (InterruptedException never) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void followToEnd(ContainerId id, LiveContainer running) throws InterruptedException {
        boolean behind = false;
        while (true) {
            // What could not be written down, as on a full disk, is tried again: the shim's file keeps it.
            var next = behind && !running.shim().awaitRecord(RETRY) ? null : running.shim().nextRecord();
            if (next != null && next.isEmpty()) {
                if (!live.isClosing()) {
                    end.lost(id, running, this);
                    restarts.afterLoss(id);
                }
                return;
            }
            try (var _ = locks.acquire(id)) {
                Failpoint.RUN_RECORD_CAME.reached();
                var container = containers.require(id);
                var after = next == null ? takeWritten(container) : take(container, next.get());
                Failpoint.RUN_RECORD_TAKEN.reached();
                behind = false;
                if (!after.isRunning()) {
                    break;
                }
            } catch (RuntimeException failure) {
                LOG.error("container {}: what its shim says cannot be written down", id.shortId(), failure);
                behind = true;
            }
        }
        end.settle(id, running);
    }

    /** Takes a record with those before it that were missed; the caller holds the lock. */
    private Container take(Container container, RunRecord record) {
        var next = container;
        if (record.number() > container.supervision().lastRecord() + 1) {
            next = takeWritten(container);
        }
        return record.number() > next.supervision().lastRecord() ? apply(next, record) : next;
    }

    /** Takes what is written down and is not yet part of the container. */
    Container takeWritten(Container container) {
        var next = container;
        for (var record : written(container, container.supervision().lastRecord())) {
            next = apply(next, record);
        }
        return next;
    }

    /** Takes what was written down of all these while the engine was away, in the order in which it happened. */
    void takeWritten(List<Container> all) {
        record Missed(ContainerId id, RunRecord record, Instant order) {}
        var missed = new ArrayList<Missed>();
        for (var container : all) {
            var order = Instant.EPOCH;
            for (var record : written(container, 0)) {
                if (record.number() <= container.supervision().lastRecord()) {
                    restoreHealth(container, record);
                } else {
                    // A clock that was set back must not put a container's end before its start.
                    order = record.at().isAfter(order) ? record.at() : order;
                    missed.add(new Missed(container.id(), record, order));
                }
            }
        }
        missed.sort(Comparator.comparing(Missed::order));
        var looks = new HashMap<ContainerId, List<RunRecord.Probed>>();
        for (var each : missed) {
            // Looks that changed nothing may be thousands: those of one container are written together.
            var waiting = looks.computeIfAbsent(each.id(), id -> new ArrayList<>());
            if (each.record() instanceof RunRecord.Probed probed && !probed.changed() && waiting.size() < LOOKS_AT_ONCE) {
                waiting.add(probed);
            } else {
                attempt(each.id(), () -> {
                    takeLooks(each.id(), waiting);
                    apply(containers.require(each.id()), each.record());
                });
            }
        }
        looks.forEach((id, waiting) -> attempt(id, () -> takeLooks(id, waiting)));
    }

    private static void attempt(ContainerId id, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            LOG.error("container {}: what its shim has written down cannot be taken", id.shortId(), failure);
        }
    }

    private void takeLooks(ContainerId id, List<RunRecord.Probed> looks) {
        if (!looks.isEmpty()) {
            probed(containers.require(id), looks);
            looks.clear();
        }
    }

    private void restoreHealth(Container container, RunRecord record) {
        switch (record) {
            case RunRecord.Started _ -> healths.begin(container);
            case RunRecord.Probed probed -> healths.take(container, probed);
            case RunRecord.Exited _, RunRecord.Failed _, RunRecord.Cancelled _ -> { }
        }
    }

    private List<RunRecord> written(Container container, long after) {
        try {
            return ContainerFolder.of(instance, container.id()).records().after(after);
        } catch (IOException unreadable) {
            LOG.warn("container {}: the records of its shim cannot be read", container.id().shortId(), unreadable);
            return List.of();
        }
    }

    private Container apply(Container container, RunRecord record) {
        return switch (record) {
            case RunRecord.Started started -> started(container, started);
            case RunRecord.Exited exited -> exited(container, exited);
            case RunRecord.Failed failed -> failed(container, failed);
            case RunRecord.Cancelled cancelled -> ended(container, cancelled.number(), container.state());
            case RunRecord.Probed probed -> probed(container, List.of(probed));
        };
    }

    private Container started(Container container, RunRecord.Started started) {
        if (live.find(container.id()).isPresent()) {
            sandboxes.begun(container.id().value(), started.pid());
        }
        healths.begin(container);
        return containers.follow(container.id(), before -> before.in(new ContainerState.Running(started.pid(), started.at(), false), started.number())
                .restarted(started.run()), List.of(new Happening(started.at(), "start", Map.of())));
    }

    private Container exited(Container container, RunRecord.Exited exited) {
        var begun = container.state() instanceof ContainerState.Running running ? running.since() : exited.at();
        var state = exited.backOff() == null ? new ContainerState.Exited(exited.code(), exited.oomKilled(), "", begun, exited.at())
                : new ContainerState.Restarting(exited.code(), exited.oomKilled(), begun, exited.at());
        var next = containers.follow(container.id(), before -> before.in(state, exited.number()).restarted(exited.run() + (exited.backOff() == null ? 0 : 1)),
                ContainerEnd.happenings(exited.at(), begun, exited.code(), exited.oomKilled()));
        waits.exited(container.id(), new Outcome(exited.code(), ""));
        return next;
    }

    private Container failed(Container container, RunRecord.Failed failed) {
        var error = ContainerStart.translate(container, failed.cause()).getMessage();
        var before = container.state() instanceof ContainerState.Restarting restarting ? restarting
                : new ContainerState.Restarting(0, false, failed.at(), failed.at());
        return ended(container, failed.number(), new ContainerState.Exited(ContainerStart.code(failed.cause()), false, error, before.startedAt(),
                before.finishedAt()));
    }

    /** There will be no other run. */
    private Container ended(Container container, long record, ContainerState state) {
        var last = state instanceof ContainerState.Restarting(var code, var oom, var started, var finished)
                ? new ContainerState.Exited(code, oom, "", started, finished) : state;
        var next = containers.change(container.id(), before -> before.in(last, record));
        waits.exited(container.id(), new Outcome(last.exitCode(), ""));
        return next;
    }

    private Container probed(Container container, List<RunRecord.Probed> looks) {
        var happened = new ArrayList<Happening>();
        var command = HealthRules.of(container.config()).map(rules -> Happening.command(rules.argv())).orElse("");
        for (var probed : looks) {
            healths.take(container, probed);
            var exec = Map.of("execID", RandomId.next());
            happened.add(new Happening(probed.at(), "exec_create: " + command, exec));
            happened.add(new Happening(probed.at(), "exec_start: " + command, exec));
            happened.add(new Happening(probed.end(), "exec_die", Map.of("execID", exec.get("execID"), "exitCode", Integer.toString(probed.code()))));
            if (probed.changed()) {
                happened.add(new Happening(probed.end(), "health_status: " + healths.word(container), Map.of()));
            }
        }
        return containers.change(container.id(), before -> before.in(before.state(), looks.getLast().number()), happened);
    }
}
