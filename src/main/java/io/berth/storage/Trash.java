package io.berth.storage;

import io.berth.archive.TreeRemoval;
import io.berth.ffi.DirEntry;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where snapshots go to be deleted: leaving their place is one rename, their content is deleted behind the caller's back. What
 * is left when the service ends, or cannot be deleted now, is taken up at the next start.
 */
final class Trash implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Trash.class);

    private final RootDir snapshots;
    private final RootDir trash;
    private final LayerQuotas quotas;
    private final ExecutorService remover =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("berth-trash").factory());

    /** Starts to delete what an earlier run left. {@code snapshots} stays the caller's. */
    Trash(RootDir snapshots, String folder, LayerQuotas quotas) {
        this.snapshots = snapshots;
        this.quotas = quotas;
        this.trash = snapshots.openDir(folder);
        for (DirEntry leftover : trash.list(".")) {
            delete(leftover.name());
        }
    }

    /** Takes {@code path}, below the folder of snapshots, out of its place and deletes it. */
    void take(String path) {
        String name = UUID.randomUUID().toString();
        snapshots.rename(path, trash, name, RootDir.RENAME_NOREPLACE);
        delete(name);
    }

    private void delete(String name) {
        try {
            remover.execute(() -> remove(name));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is deleted at the next start", name, e);
        }
    }

    private void remove(String name) {
        try {
            quotas.lift(trash, name);
            TreeRemoval.remove(trash, name);
        } catch (NativeException e) {
            LOG.warn("a removed snapshot cannot be deleted yet; it is tried again at the next start", e);
        }
    }

    @Override
    public void close() {
        remover.shutdownNow();
        remover.close();
        trash.close();
    }
}
