package io.berth.image;

import io.berth.error.EngineException;
import io.berth.image.registry.RegistryClient;
import io.berth.image.registry.RegistryException;
import io.berth.image.registry.StallGuard;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.storage.BlobStore;
import io.berth.storage.PartialBlob;
import io.berth.storage.StagedBlob;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Fetches blobs, some at a time. Who wants one that is on its way waits for it: its bytes travel once. A download that broke off is
 * gone on with where it ended. Safe for use by many threads.
 */
@Component
class BlobDownloads {

    private static final Logger LOG = LoggerFactory.getLogger(BlobDownloads.class);
    /** How long a pull that broke off can be gone on with. */
    private static final Duration KEPT = Duration.ofDays(7);
    private static final int BUFFER = 64 * 1024;

    /** One who waits for a blob. */
    interface Waiter {
        void progress(PullListener.Step step, long current, long total);
    }

    private final BlobStore blobs;
    private final Semaphore places;
    private final Map<Digest, Download> running = new HashMap<>();
    /** Those that nobody waits for any more, until they have let go of their files. */
    private final Map<Digest, Download> ending = new HashMap<>();

    BlobDownloads(BlobStore blobs, RegistryProperties properties, Clock clock) {
        this.blobs = blobs;
        blobs.removePartials(clock.instant().minus(KEPT));
        this.places = new Semaphore(Math.max(1, properties.parallel()), true);
    }

    /** Begins to fetch a blob, or joins those who wait for it. @param client stays the caller's, open until the future is done */
    Ticket fetch(RegistryClient client, String repository, Descriptor blob, Waiter waiter) {
        synchronized (running) {
            Download download = running.get(blob.digest());
            if (download == null) {
                download = new Download(client, repository, blob, ending.get(blob.digest()));
                running.put(blob.digest(), download);
                download.thread = Thread.ofVirtual().name("pull-" + blob.digest().shortHex()).start(download);
            }
            download.join(waiter);
            return new Ticket(download, waiter);
        }
    }

    /** Gives back what there is of a blob that nobody is fetching. */
    void forget(Digest blob) {
        synchronized (running) {
            if (!running.containsKey(blob)) {
                blobs.removePartial(blob);
            }
        }
    }

    /** A place among those who wait for a blob. */
    final class Ticket {

        private final Download download;
        private final Waiter waiter;

        private Ticket(Download download, Waiter waiter) {
            this.download = download;
            this.waiter = waiter;
        }

        CompletableFuture<StagedBlob> result() {
            return download.result;
        }

        /** The waiter goes; when it was the last one, nothing is fetched any more. */
        void leave() {
            synchronized (running) {
                download.waiters.remove(waiter);
                Thread thread = download.thread;
                if (download.waiters.isEmpty() && thread != null && running.get(download.blob.digest()) == download) {
                    running.remove(download.blob.digest());
                    ending.put(download.blob.digest(), download);
                    thread.interrupt();
                }
            }
        }
    }

    private final class Download implements Runnable {

        private final RegistryClient client;
        private final String repository;
        private final Descriptor blob;
        private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
        private final CompletableFuture<StagedBlob> result = new CompletableFuture<>();
        private final @Nullable Download before;
        private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
        private volatile Thread thread = Thread.currentThread();
        private volatile @Nullable Told told;

        /** @param before who has the same file still; null for nobody */
        Download(RegistryClient client, String repository, Descriptor blob, @Nullable Download before) {
            this.before = before;
            this.client = client;
            this.repository = repository;
            this.blob = blob;
        }

        /** Who comes later hears at once how far it is: the next piece may be long in coming. */
        void join(Waiter waiter) {
            waiters.add(waiter);
            var last = told;
            if (last != null) {
                waiter.progress(last.step(), last.current(), blob.size());
            }
        }

        @Override
        public void run() {
            try {
                if (before != null) {
                    // Not to be interrupted: who comes after this one relies on it.
                    before.ended.join();
                }
                places.acquire();
                StagedBlob staged;
                try {
                    staged = fetchPatiently();
                } finally {
                    places.release();
                }
                finish();
                result.complete(staged);
            } catch (IOException | InterruptedException failure) {
                finish();
                result.completeExceptionally(failure);
            } catch (EngineException noSpace) {
                // It has no place: what there is of it is given back. A write that an interrupt cut off has one: it is gone on with.
                if (!Thread.currentThread().isInterrupted()) {
                    blobs.removePartial(blob.digest());
                }
                finish();
                result.completeExceptionally(noSpace);
            } catch (RuntimeException broken) {
                finish();
                LOG.error("download of {} failed", blob.digest(), broken);
                result.completeExceptionally(broken);
            }
        }

        private void finish() {
            synchronized (running) {
                running.remove(blob.digest(), this);
                ending.remove(blob.digest(), this);
            }
            ended.complete(null);
        }

        private StagedBlob fetchPatiently() throws IOException, InterruptedException {
            var retries = new Retries();
            while (true) {
                try (PartialBlob partial = blobs.partial(blob.digest())) {
                    fetchRest(partial);
                    tell(PullListener.Step.DOWNLOADED, blob.size());
                    return partial.complete();
                } catch (IOException broken) {
                    boolean isRefused = broken instanceof RegistryException refused && refused.isFinal();
                    if (isRefused || Thread.currentThread().isInterrupted() || retries.isLast()) {
                        throw broken;
                    }
                    LOG.debug("download of {} is tried again", blob.digest(), broken);
                }
                tell(PullListener.Step.RETRIES, 0);
                retries.pause();
            }
        }

        private void fetchRest(PartialBlob partial) throws IOException {
            if (partial.written() > blob.size()) {
                partial.restart();
            }
            if (partial.written() == blob.size()) {
                return;
            }
            try (var stream = client.blob(repository, blob, partial.written())) {
                if (stream.offset() != partial.written()) {
                    partial.restart();
                }
                var buffer = new byte[BUFFER];
                var guard = new StallGuard();
                for (int read = stream.body().read(buffer); read >= 0; read = stream.body().read(buffer)) {
                    if (read > blob.size() - partial.written()) {
                        partial.restart();
                        throw new IOException("the registry " + client.authority() + " sends more than the " + blob.size() + " bytes of " + blob.digest());
                    }
                    partial.write(buffer, 0, read);
                    guard.took(read);
                    tell(PullListener.Step.DOWNLOADS, partial.written());
                }
            }
            if (partial.written() < blob.size()) {
                throw new IOException("the registry " + client.authority() + " ended after " + partial.written() + " of the " + blob.size()
                        + " bytes of " + blob.digest());
            }
        }

        private void tell(PullListener.Step step, long current) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("nobody waits for " + blob.digest() + " any more");
            }
            told = new Told(step, current);
            waiters.forEach(waiter -> waiter.progress(step, current, blob.size()));
        }

        /** What the waiters heard last. */
        private record Told(PullListener.Step step, long current) {}
    }
}
