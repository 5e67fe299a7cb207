package io.berth.image;

import io.berth.image.registry.RegistryException;
import io.berth.image.registry.RegistryUploads;
import io.berth.image.registry.Upload;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings one blob into a repository; what breaks off is gone on with where the registry says that it ended. For one thread. */
final class BlobUpload {

    private static final Logger LOG = LoggerFactory.getLogger(BlobUpload.class);

    /** Hears how many bytes were sent, and that they are sent again. */
    interface Waiter {
        void progress(PushListener.Step step, long current, long total);
    }

    private final RegistryUploads registry;
    private final String repository;
    private final Waiter waiter;
    private @Nullable Upload upload;
    private boolean isBegun;

    BlobUpload(RegistryUploads registry, String repository, Waiter waiter) {
        this.registry = registry;
        this.repository = repository;
        this.waiter = waiter;
    }

    /** Whether the repository has it. */
    boolean isThere(Digest blob) throws IOException, InterruptedException {
        return patiently(() -> registry.has(repository, blob));
    }

    /** Has it taken over from one of these repositories of the same registry; tells which, or null. */
    @Nullable String mount(Digest blob, List<String> repositories) throws IOException {
        for (String from : repositories) {
            try {
                abandon();
                upload = registry.mount(repository, blob, from);
                if (upload == null) {
                    return from;
                }
            } catch (RegistryException refused) {
                LOG.debug("{} is not taken over from {}", blob, from, refused);
            }
        }
        return null;
    }

    /** Ends what the registry offered in the place of a mount that something else follows. */
    void abandon() throws IOException {
        if (upload != null) {
            registry.cancel(upload);
            upload = null;
        }
    }

    /** Sends it. */
    void send(Descriptor blob, RegistryUploads.Body source) throws IOException, InterruptedException {
        patiently(() -> {
            Upload open = upload;
            long offset = open == null || !isBegun ? 0 : received(open, blob);
            if (open == null || offset < 0) {
                open = registry.begin(repository);
                offset = 0;
            }
            upload = open;
            isBegun = true;
            long start = offset;
            if (start < blob.size()) {
                registry.send(open, blob, start, () -> from(source, start, blob));
            }
            registry.finish(open, blob.digest());
            upload = null;
            return true;
        });
    }

    /** What the registry has of an upload that broke off; negative when it has to begin anew. */
    private long received(Upload open, Descriptor blob) throws IOException {
        try {
            long received = registry.received(open);
            return received > blob.size() ? -1 : received;
        } catch (RegistryException gone) {
            LOG.debug("upload of {} begins anew", blob.digest(), gone);
            return -1;
        }
    }

    private InputStream from(RegistryUploads.Body source, long start, Descriptor blob) throws IOException {
        InputStream bytes = source.open();
        boolean done = false;
        try {
            bytes.skipNBytes(start);
            var counted = new CountedInput(bytes, sent -> waiter.progress(PushListener.Step.PUSHES, start + sent, blob.size()));
            done = true;
            return counted;
        } finally {
            if (!done) {
                bytes.close();
            }
        }
    }

    /** One request, or several that belong together. */
    private interface Work {
        boolean run() throws IOException;
    }

    private boolean patiently(Work work) throws IOException, InterruptedException {
        var retries = new Retries();
        while (true) {
            try {
                return work.run();
            } catch (RegistryException refused) {
                if (refused.isFinal() && !refused.isOfUpload() || retries.isLast()) {
                    throw refused;
                }
                if (refused.isOfUpload()) {
                    upload = null;
                }
                LOG.debug("a blob for {} is sent again", repository, refused);
            } catch (IOException broken) {
                // One that was silent for as long as it may be is not waited for once more.
                if (broken instanceof SocketTimeoutException || Thread.currentThread().isInterrupted() || retries.isLast()) {
                    throw broken;
                }
                LOG.debug("a blob for {} is sent again", repository, broken);
            }
            waiter.progress(PushListener.Step.RETRIES, 0, 0);
            retries.pause();
        }
    }
}
