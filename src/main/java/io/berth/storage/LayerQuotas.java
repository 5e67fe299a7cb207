package io.berth.storage;

import io.berth.ffi.ProjectQuota;
import io.berth.ffi.RootDir;

/**
 * Limits of what writable layers take, where the file system has quotas of projects: the folder of a limited layer is a project of its
 * own. Which one, the folder itself tells; which are free, the file system. So nothing is kept that could be lost. Safe for use by many
 * threads.
 */
final class LayerQuotas {

    /** Others, administrators and Docker, number their projects from 1 on. */
    private static final long FIRST = 1 << 20;

    private final boolean enforced;

    LayerQuotas(RootDir snapshots) {
        // Out of a project that is not the layer's own nothing could be moved into its place.
        enforced = ProjectQuota.isEnforced(snapshots) && ProjectQuota.projectOf(snapshots) == 0;
    }

    boolean areEnforced() {
        return enforced;
    }

    /** Makes an empty folder a project of its own. */
    synchronized void assign(RootDir folder) {
        long project = FIRST;
        while (ProjectQuota.isInUse(folder, project)) {
            project++;
        }
        ProjectQuota.join(folder, project);
    }

    void limit(RootDir folder, long maxBytes) {
        ProjectQuota.limit(folder, ProjectQuota.projectOf(folder), maxBytes);
    }

    /** Takes the limit away from what may be a writable layer, and is about to be deleted. */
    void lift(RootDir parent, String name) {
        if (!enforced || parent.statIfPresent(name + "/" + SnapshotFolders.UPPER) == null) {
            return;
        }
        try (RootDir folder = parent.openDir(name)) {
            if (ProjectQuota.projectOf(folder) >= FIRST) {
                limit(folder, 0);
            }
        }
    }
}
