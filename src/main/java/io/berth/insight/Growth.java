package io.berth.insight;

import io.berth.container.Container;
import io.berth.container.ContainerChanges;
import io.berth.container.ContainerId;
import io.berth.container.Containers;
import io.berth.error.EngineException;
import io.berth.ffi.NativeException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Which running containers hold data that exist nowhere else, and whether these grow. Safe for use by many threads.
 *
 * <p>A file system tells what a folder holds only where it has quotas of projects, so the layers are walked: by one thread, one after the other,
 * only those of containers that run, and only while somebody asks. A walk looks at {@value #MOST} files and says "at least" where there are more;
 * the next one of the same layer comes no sooner than {@value #REST_FACTOR} times its own duration later, so that all walks together take at
 * most a {@value #REST_FACTOR}th of one processor per layer, and twice as late each time that nothing has changed.
 */
@Component
public class Growth implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(Growth.class);
    private static final long MOST = 20_000;
    private static final int REST_FACTOR = 200;
    private static final Duration SOONEST = Duration.ofSeconds(10);
    private static final Duration LATEST = Duration.ofMinutes(5);
    /** Who asks does so every few seconds. */
    private static final Duration ASKED_LATELY = Duration.ofMinutes(1);
    /** How long after its last growth a layer is said to grow. */
    private static final Duration GROWS_FOR = Duration.ofMinutes(2);
    private static final long ROUND_MILLIS = 2000;
    /** Less is what programs leave lying about: locks, numbers of processes, histories of shells. */
    private static final long WORTH_TELLING = 1 << 20;
    private static final long WORTH_GROWTH = 64 << 10;

    private final Containers containers;
    private final ContainerChanges changes;
    private final Clock clock;
    private final Map<ContainerId, Seen> seen = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Semaphore wake = new Semaphore(0);
    private volatile Instant asked = Instant.EPOCH;

    /** @param grew when it was last found to have grown */
    private record Seen(GrowthView view, Instant grew, Duration pause, Instant due) {}

    Growth(Containers containers, ContainerChanges changes, Clock clock) {
        this.containers = containers;
        this.changes = changes;
        this.clock = clock;
        // Not a virtual one: the walk is calls of the kernel, which would hold the threads up that carry those.
        Thread.ofPlatform().daemon().name("berth-growth").start(this::watch);
    }

    /** Those containers that run and hold enough to be worth telling; none right after nobody had asked for a while. Waits for nothing. */
    public List<GrowthView> list() {
        asked = clock.instant();
        wake.release();
        return seen.values().stream().map(Seen::view).filter(view -> view.bytes() >= WORTH_TELLING).toList();
    }

    private void watch() {
        try {
            while (closed.getCount() > 0) {
                if (clock.instant().isAfter(asked.plus(ASKED_LATELY))) {
                    seen.clear();
                    wake.drainPermits();
                    wake.acquire();
                }
                look();
                if (closed.await(ROUND_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        var running = containers.list().stream().filter(Container::isRunning).map(Container::id).collect(Collectors.toSet());
        seen.keySet().retainAll(running);
        for (var id : running) {
            var before = seen.get(id);
            if (closed.getCount() > 0 && (before == null || !clock.instant().isBefore(before.due()))) {
                try {
                    seen.put(id, measure(id, before));
                } catch (EngineException | NativeException gone) {
                    LOG.debug("container {} cannot be measured", id.shortId(), gone);
                }
            }
        }
    }

    private Seen measure(ContainerId id, @Nullable Seen before) {
        long begun = System.nanoTime();
        var part = changes.glimpse(id, MOST);
        var took = Duration.ofNanos(System.nanoTime() - begun);
        var now = clock.instant();
        long bytes = part.usage().contentBytes();
        boolean changed = before == null || bytes != before.view().bytes();
        var grew = before != null && bytes >= before.view().bytes() + WORTH_GROWTH ? now : before == null ? Instant.EPOCH : before.grew();
        var pause = changed ? SOONEST : before.pause().multipliedBy(2);
        pause = pause.compareTo(LATEST) > 0 ? LATEST : pause;
        var rest = took.multipliedBy(REST_FACTOR);
        var view = new GrowthView(id.value(), bytes, part.whole(), now.isBefore(grew.plus(GROWS_FOR)), now);
        return new Seen(view, grew, pause, now.plus(pause.compareTo(rest) > 0 ? pause : rest));
    }

    @Override
    public void destroy() {
        closed.countDown();
        wake.release();
    }
}
