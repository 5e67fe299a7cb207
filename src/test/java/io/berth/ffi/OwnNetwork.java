package io.berth.ffi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import jnr.ffi.LibraryLoader;

/**
 * A network namespace that stands for the host in a test: code runs in it on a thread of its own, and so do all threads that this code
 * starts. It ends with the threads and descriptors that use it.
 */
public final class OwnNetwork {

    private static final int CLONE_NEWNET = 0x40000000;
    private static final C LIBC = LibraryLoader.create(C.class).load("c");

    private OwnNetwork() {}

    /** What the C library offers for this. */
    public interface C {
        int unshare(int flags);

        int setns(int fd, int type);
    }

    /** A piece of a test. */
    @FunctionalInterface
    public interface Body {
        void run() throws Exception;
    }

    /** Runs a test in a namespace made for it, with libberth loaded and the loopback interface up. */
    public static void run(Body body) throws Exception {
        load();
        onThread(() -> {
            if (LIBC.unshare(CLONE_NEWNET) != 0) {
                throw new IOException("unshare of a network namespace was refused");
            }
            try (Links links = Links.ofHost()) {
                links.up(1);
            }
            body.run();
        });
    }

    /** Runs code inside another namespace. */
    public static void in(Fd netns, Body body) throws Exception {
        onThread(() -> {
            if (LIBC.setns(netns.number(), CLONE_NEWNET) != 0) {
                throw new IOException("setns of a network namespace was refused");
            }
            body.run();
        });
    }

    /** Loads libberth from the class path, once for all tests. */
    public static void load() throws IOException {
        Native.load(Path.of(System.getProperty("java.io.tmpdir"), "berth-test-native"));
    }

    private static void onThread(Body body) throws Exception {
        var outcome = new CompletableFuture<Void>();
        var thread = Thread.ofPlatform().name("own-network").start(() -> {
            try {
                body.run();
                outcome.complete(null);
            } catch (Throwable failure) {
                outcome.completeExceptionally(failure);
            }
        });
        thread.join();
        var failure = new AtomicReference<Throwable>();
        try {
            outcome.get();
        } catch (ExecutionException wrapped) {
            failure.set(wrapped.getCause());
        }
        switch (failure.get()) {
            case null -> { }
            case Exception exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure.get());
        }
    }
}
