package io.berth.network.dns;

import io.berth.ffi.Fd;
import io.berth.ffi.NamespaceVisitor;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** A network namespace in which channels are opened. */
interface Place {

    /** Opens something; it may be closed by whoever no longer wants it when it comes. */
    <T> CompletableFuture<T> open(Callable<T> channel);

    /** Nothing more is opened here. */
    void leave();

    /** The namespace of whoever opens. */
    Place HERE = new Place() {
        @Override
        public <T> CompletableFuture<T> open(Callable<T> channel) {
            try {
                return CompletableFuture.completedFuture(channel.call());
            } catch (Exception failure) {
                return CompletableFuture.failedFuture(failure);
            }
        }

        @Override
        public void leave() {
            // nothing is held
        }
    };

    /** Another. @param netns is closed by {@link #leave} */
    static Place of(NamespaceVisitor visitor, Fd netns) {
        return new Place() {
            @Override
            public <T> CompletableFuture<T> open(Callable<T> channel) {
                try {
                    return visitor.visit(netns, channel);
                } catch (RejectedExecutionException closed) {
                    return CompletableFuture.failedFuture(closed);
                }
            }

            @Override
            public void leave() {
                try {
                    visitor.closeAfterVisits(netns);
                } catch (RejectedExecutionException noVisits) {
                    netns.close();
                }
            }
        };
    }
}
