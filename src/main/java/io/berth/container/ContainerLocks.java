package io.berth.container;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/** One writer per container. Safe for use by many threads; a lock may be taken again by the thread that holds it. */
@Component
class ContainerLocks {

    private final Map<ContainerId, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** Gives the lock back. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    Held acquire(ContainerId id) {
        var lock = locks.computeIfAbsent(id, key -> new ReentrantLock());
        lock.lock();
        return lock::unlock;
    }

    /** The container is gone. */
    void forget(ContainerId id) {
        locks.remove(id);
    }
}
