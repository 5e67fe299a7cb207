package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.instance.Failpoint;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** When containers are started again by themselves: by their shims while these live, by the engine when it starts. */
@Component
public class RestartPolicies {

    private static final Set<String> NAMES = Set.of("no", "always", "unless-stopped", "on-failure");

    private final Containers containers;
    /** Those that the engine will start in a moment, and that look ended until then. */
    private final Set<ContainerId> pending = ConcurrentHashMap.newKeySet();

    RestartPolicies(Containers containers) {
        this.containers = containers;
    }

    /** @throws InvalidArgumentException there is no such policy, or it does not go with the rest */
    static void check(HostConfig.RestartPolicy policy, boolean autoRemove) {
        if (!NAMES.contains(policy.name())) {
            throw new InvalidArgumentException("invalid restart policy: unknown policy '" + policy.name()
                    + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        }
        if (policy.maximumRetryCount() < 0) {
            throw new InvalidArgumentException("invalid restart policy: maximum retry count cannot be negative");
        }
        if (policy.maximumRetryCount() != 0 && !policy.name().equals("on-failure")) {
            throw new InvalidArgumentException("invalid restart policy: maximum retry count can only be used with 'on-failure'");
        }
        if (autoRemove && !policy.name().equals("no")) {
            throw new InvalidArgumentException("can't create 'AutoRemove' container with restart policy");
        }
    }

    /**
     * A user wants it to end: no other run follows the one that goes on, and a wait for one is over. The caller holds the container's lock.
     */
    void stoppedByHand(Container container, LiveContainer running) throws IOException {
        writeStoppedByHand(container.id());
        Failpoint.STOP_WRITTEN.reached();
        running.shim().stayEnded();
        Failpoint.STOP_TOLD.reached();
    }

    /** Its shim was killed: the engine is to start it if its policy wants that, until {@link #takePending} or a stop. */
    void pend(Container container) {
        if (isDue(container) && !container.supervision().stoppedByHand()) {
            pending.add(container.id());
        }
    }

    boolean isPending(ContainerId id) {
        return pending.contains(id);
    }

    /** Whether it still is to be started: nobody has stopped it, nor started and then stopped it. */
    boolean takePending(ContainerId id) {
        return pending.remove(id) && containers.find(id).filter(container -> !container.supervision().stoppedByHand()).isPresent();
    }

    /** A user stops one that is ended: true when it was to be started and now is not. The caller holds the container's lock. */
    boolean stoppedWhilePending(ContainerId id) {
        boolean wasPending = pending.remove(id);
        if (wasPending) {
            writeStoppedByHand(id);
        }
        return wasPending;
    }

    private void writeStoppedByHand(ContainerId id) {
        containers.change(id, before -> before.supervised(new Container.Supervision(before.supervision().lastRecord(), true)));
    }

    /** Whether the engine starts this one when it starts itself: it has run, does not now, and its policy wants it. */
    static boolean isDue(Container container) {
        if (!(container.state() instanceof ContainerState.Exited exited)) {
            return false;
        }
        var policy = container.hostConfig().restartPolicy();
        return switch (policy.name()) {
            case "always" -> true;
            case "unless-stopped" -> !container.supervision().stoppedByHand();
            case "on-failure" -> exited.code() != 0 && !exited.isUnknown() && !container.supervision().stoppedByHand()
                    && (policy.maximumRetryCount() == 0 || container.restartCount() < policy.maximumRetryCount());
            default -> false;
        };
    }
}
