package io.berth.it;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A service takes seconds to start, of which a test that waits for the kernel needs none: the instance that the next class will
 * want, one with defaults, gets ready beside the tests of this one. What nobody wanted in the end goes with the run.
 */
final class NextInstance {

    /** Those that were begun and that no class has, by when they are ready. */
    private static final Map<BerthInstance, CompletableFuture<Void>> BEGUN = new HashMap<>();
    private static BerthInstance next;

    private NextInstance() {}

    /** The one that was begun, else one that is not. */
    static synchronized BerthInstance take() {
        var taken = next == null ? BerthInstance.fresh() : next;
        next = null;
        return taken;
    }

    /** Begins one, if none is begun that nobody has taken. */
    static synchronized void begin(ExtensionContext context) {
        context.getRoot().getStore(ExtensionContext.Namespace.create(NextInstance.class))
                .computeIfAbsent(NextInstance.class, key -> (AutoCloseable) NextInstance::sweep);
        if (next == null) {
            next = BerthInstance.fresh();
            BEGUN.put(next, CompletableFuture.runAsync(next::prepare, work -> Thread.ofPlatform().daemon().name("next-instance").start(work)));
        }
    }

    /** Waits until an instance that was begun is ready. @return false if this one was not begun */
    static boolean awaitBegun(BerthInstance instance) {
        CompletableFuture<Void> ready;
        synchronized (NextInstance.class) {
            ready = BEGUN.remove(instance);
        }
        if (ready != null) {
            ready.join();
        }
        return ready != null;
    }

    private static synchronized void sweep() throws Exception {
        for (var begun : BEGUN.entrySet()) {
            begun.getValue().handle((done, problem) -> null).join();
            begun.getKey().sweep();
        }
        BEGUN.clear();
    }
}
