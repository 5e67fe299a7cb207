package io.berth.container;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Starts containers by their restart policies where no shim is there to do it: when the service starts, and when a shim was killed. */
@Component
class ContainerRestarts {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerRestarts.class);
    private static final long PAUSE_SECONDS = 1;

    private final Containers containers;
    private final ContainerLocks locks;
    private final LiveContainers live;
    private final ContainerStart starter;
    private final RestartPolicies policies;

    ContainerRestarts(Containers containers, ContainerLocks locks, LiveContainers live, ContainerStart starter, RestartPolicies policies) {
        this.containers = containers;
        this.locks = locks;
        this.live = live;
        this.starter = starter;
        this.policies = policies;
    }

    /**
     * Starts all that are due, the oldest first, since one may need the network of another.
     *
     * @param interrupted those that the engine had stopped for a moment when it ended: they are due whatever their policy says
     */
    void afterStart(Set<ContainerId> interrupted) {
        Predicate<Container> isDue = container -> RestartPolicies.isDue(container) || interrupted.contains(container.id()) && !container.isRunning();
        List<ContainerId> due = containers.list().reversed().stream().filter(isDue).map(Container::id).toList();
        Thread.ofVirtual().name("restarts").start(() -> due.forEach(id -> start(id, () -> true, isDue)));
    }

    /** Starts one that is to be, after a moment: whatever kills shims must not be fed with them. */
    void afterLoss(ContainerId id) {
        if (policies.isPending(id)) {
            CompletableFuture.delayedExecutor(PAUSE_SECONDS, TimeUnit.SECONDS, Thread.ofVirtual().name("restart-" + id.shortId())::start)
                    .execute(() -> start(id, () -> policies.takePending(id), RestartPolicies::isDue));
        }
    }

    /** @param stillWanted asked when nobody else is at work on it */
    private void start(ContainerId id, BooleanSupplier stillWanted, Predicate<Container> isDue) {
        try (var _ = locks.acquire(id)) {
            if (stillWanted.getAsBoolean() && !live.isClosing()) {
                containers.find(id).filter(isDue).ifPresent(starter::start);
            }
        } catch (RuntimeException failure) {
            LOG.warn("container {} could not be started again by its restart policy", id.shortId(), failure);
        }
    }
}
