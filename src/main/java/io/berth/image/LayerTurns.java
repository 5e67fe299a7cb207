package io.berth.image;

import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Who brings which layer into which repository: one at a time, so that its bytes travel once. Safe for use by many threads. */
final class LayerTurns {

    private record Key(String repository, Digest diffId) {}

    private final Map<Key, Turn> taken = new HashMap<>();

    /**
     * Waits until nobody brings this layer into that repository. The caller closes what it gets.
     *
     * @param waits called each time that somebody else is waited for
     */
    Turn take(ImageReference target, Digest diffId, Runnable waits) throws InterruptedException {
        var key = new Key(target.repository(), diffId);
        @Nullable Descriptor left = null;
        while (true) {
            Turn turn = new Turn(key, left);
            Turn other;
            synchronized (taken) {
                other = taken.putIfAbsent(key, turn);
            }
            if (other == null) {
                return turn;
            }
            waits.run();
            other.ended.await();
            left = other.brought;
        }
    }

    /** The right to bring a layer. */
    final class Turn implements AutoCloseable {

        private final Key key;
        private final @Nullable Descriptor left;
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile @Nullable Descriptor brought;

        private Turn(Key key, @Nullable Descriptor left) {
            this.key = key;
            this.left = left;
        }

        /** The form in which the one that was waited for has brought it; null when it has not, or when there was none. */
        @Nullable Descriptor left() {
            return left;
        }

        void brought(Descriptor form) {
            brought = form;
        }

        @Override
        public void close() {
            synchronized (taken) {
                taken.remove(key, this);
            }
            ended.countDown();
        }
    }
}
