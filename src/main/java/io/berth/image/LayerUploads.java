package io.berth.image;

import io.berth.error.EngineException;
import io.berth.error.InternalException;
import io.berth.image.registry.RegistryUploads;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import io.berth.oci.MediaTypes;
import io.berth.storage.BlobStore;
import io.berth.storage.StagedBlob;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Brings the layers of images into repositories, some at a time. Of a layer that the registry has, in that repository or in another one,
 * no byte is sent; one that another push is sending there is waited for. When one of an image cannot be sent its others are stopped. Safe
 * for use by many threads.
 */
@Component
class LayerUploads {

    private final BlobStore blobs;
    private final ImageStore store;
    private final Duration silence;
    private final Semaphore places;
    private final LayerTurns turns = new LayerTurns();

    LayerUploads(BlobStore blobs, ImageStore store, RegistryProperties properties) {
        this.blobs = blobs;
        this.store = store;
        this.silence = properties.silence();
        this.places = new Semaphore(Math.max(1, properties.parallel()), true);
    }

    /**
     * Sends all layers of an image; nothing of it goes on when this returns.
     *
     * @param wanted the form in which each layer is asked for, base first; null where any will do
     * @return the form in which each is there
     */
    List<Descriptor> send(RegistryUploads registry, ImageReference target, StoredImage image, List<@Nullable Descriptor> wanted,
            PushListener listener) throws IOException {
        var ended = new LinkedBlockingQueue<Job>();
        Map<Digest, Job> jobs = new LinkedHashMap<>();
        for (int i = 0; i < image.layers().size(); i++) {
            StoredLayer layer = image.layers().get(i);
            Descriptor form = wanted.get(i);
            jobs.computeIfAbsent(layer.diffId(), diffId -> new Job(registry, target, layer, form, listener, ended));
        }
        var topFirst = new ArrayList<>(jobs.values()).reversed();
        try {
            topFirst.forEach(job -> job.tell(PushListener.Step.PREPARES, 0, 0));
            topFirst.forEach(Job::start);
            await(jobs.values().size(), ended, topFirst, listener);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InternalException("push was stopped", stopped);
        } finally {
            topFirst.forEach(Job::stop);
            // Here, since no thread that may be interrupted may touch the database: its file would be closed.
            if (!Thread.currentThread().isInterrupted()) {
                topFirst.forEach(Job::remember);
            }
        }
        var sent = new ArrayList<Descriptor>();
        for (StoredLayer layer : image.layers()) {
            sent.add(jobs.get(layer.diffId()).result());
        }
        return sent;
    }

    private static void await(int number, BlockingQueue<Job> ended, List<Job> jobs, PushListener listener)
            throws IOException, InterruptedException {
        for (int open = number; open > 0; ) {
            Job job = ended.poll(1, TimeUnit.SECONDS);
            if (job == null) {
                listener.waits();
                jobs.forEach(Job::stopWhenStalled);
            } else {
                job.result();
                open--;
            }
        }
    }

    /** One layer on its way. */
    private final class Job implements Runnable {

        private final ImageReference target;
        private final StoredLayer layer;
        private final @Nullable Descriptor wanted;
        private final PushListener listener;
        private final BlockingQueue<Job> ended;
        private final BlobUpload upload;
        private @Nullable Thread thread;
        private boolean isStopped;
        /** Since when the registry takes nothing; 0 while nothing is sent. */
        private volatile long sentAt;
        private volatile boolean isStalled;
        private volatile @Nullable Descriptor packed;
        private volatile @Nullable Descriptor there;
        private volatile @Nullable Exception failure;

        Job(RegistryUploads registry, ImageReference target, StoredLayer layer, @Nullable Descriptor wanted, PushListener listener,
                BlockingQueue<Job> ended) {
            this.target = target;
            this.layer = layer;
            this.wanted = wanted;
            this.listener = listener;
            this.ended = ended;
            this.upload = new BlobUpload(registry, target.path(), this::sends);
        }

        void start() {
            thread = Thread.ofVirtual().name("push-" + layer.diffId().shortHex()).start(this);
        }

        /** Returns when it has stopped: nothing is told by it any more. */
        void stop() {
            Thread running = thread;
            if (running == null) {
                return;
            }
            interrupt(running);
            boolean isInterrupted = false;
            while (running.isAlive()) {
                try {
                    running.join();
                } catch (InterruptedException again) {
                    isInterrupted = true;
                }
            }
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** Not while something is told: an interrupt would close the connection of the client, who is to hear why it ended. */
        private synchronized void interrupt(Thread running) {
            isStopped = true;
            running.interrupt();
        }

        /** Keeps what the layer was packed as. */
        void remember() {
            Descriptor made = packed;
            if (made != null && (layer.packed() == null || !layer.packed().digest().equals(made.digest()))) {
                store.pack(layer.diffId(), made);
            }
        }

        void stopWhenStalled() {
            Thread running = thread;
            long last = sentAt;
            if (running != null && last != 0 && System.nanoTime() - last > silence.toNanos()) {
                isStalled = true;
                interrupt(running);
            }
        }

        Descriptor result() throws IOException {
            Descriptor done = there;
            if (done != null) {
                return done;
            }
            if (isStalled) {
                throw new IOException("the registry " + target.domain() + " took no byte of layer " + layer.diffId() + " for "
                        + silence.toSeconds() + " s (berth.registry.silence)", failure);
            }
            switch (failure) {
                case IOException broken -> throw broken;
                case EngineException refused -> throw refused;
                case RuntimeException broken -> throw broken;
                case null, default -> throw new InternalException("push was stopped", failure);
            }
        }

        @Override
        public void run() {
            try (LayerTurns.Turn turn = turns.take(target, layer.diffId(), () -> tell(PushListener.Step.WAITS, 0, 0))) {
                if (!places.tryAcquire(0, TimeUnit.SECONDS)) {
                    tell(PushListener.Step.WAITS, 0, 0);
                    places.acquire();
                }
                try {
                    Descriptor done = bring(wanted == null ? turn.left() : wanted);
                    turn.brought(done);
                    there = done;
                } finally {
                    places.release();
                }
            } catch (IOException | InterruptedException | RuntimeException broken) {
                failure = broken;
            }
            ended.add(this);
        }

        /** @param form in which it is asked for; null where any will do */
        private Descriptor bring(@Nullable Descriptor form) throws IOException, InterruptedException {
            if (form != null) {
                if (upload.isThere(form.digest())) {
                    return told(form, PushListener.Step.ALREADY_THERE);
                }
                String from = upload.mount(form.digest(),
                        store.catalog().repositoriesBeside(target, image -> image.diffIds().contains(layer.diffId())));
                if (from != null) {
                    tell(() -> listener.mounted(layer.diffId(), from));
                    return form;
                }
                RegistryUploads.Body source = source(form);
                if (source != null) {
                    upload.send(form, source);
                    return told(form, PushListener.Step.DONE);
                }
            }
            return pack(form);
        }

        /** Where the bytes of that form are; null when they are not here as they are. */
        private RegistryUploads.@Nullable Body source(Descriptor form) {
            if (form.digest().equals(layer.blob().digest())) {
                return () -> blobs.open(form.digest());
            }
            if (form.digest().equals(layer.diffId()) && form.size() == layer.tarBytes()) {
                return () -> LayerPacking.plain(blobs, layer);
            }
            return null;
        }

        private Descriptor pack(@Nullable Descriptor asked) throws IOException, InterruptedException {
            try (StagedBlob staged = LayerPacking.gzip(blobs, layer, read -> tell(PushListener.Step.PACKS, read, layer.tarBytes()))) {
                var made = new Descriptor(MediaTypes.OCI_LAYER_GZIP, staged.digest(), staged.size());
                boolean isWanted = asked != null && asked.digest().equals(made.digest());
                Descriptor form = isWanted && asked != null ? asked : made;
                packed = made;
                if (!isWanted && upload.isThere(form.digest())) {
                    upload.abandon();
                    return told(form, PushListener.Step.ALREADY_THERE);
                }
                upload.send(form, staged::open);
                return told(form, PushListener.Step.DONE);
            }
        }

        private Descriptor told(Descriptor form, PushListener.Step step) {
            tell(step, form.size(), form.size());
            return form;
        }

        private void sends(PushListener.Step step, long current, long total) {
            sentAt = step == PushListener.Step.PUSHES && current < total ? System.nanoTime() : 0;
            tell(step, current, total);
        }

        void tell(PushListener.Step step, long current, long total) {
            tell(() -> listener.layer(layer.diffId(), step, current, total));
        }

        private synchronized void tell(Runnable message) {
            if (!isStopped) {
                message.run();
            }
        }
    }
}
