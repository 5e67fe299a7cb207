package io.berth.instance;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The steps at which a test may have this process, or a shim, end as if it were killed: {@code -Dberth.test.failpoint=NAME}, or
 * {@code NAME:n} for the n-th time that the step is reached. Without the property nothing happens.
 */
public enum Failpoint {

    CREATE_NAME_RESERVED, CREATE_FOLDER_MADE, CREATE_VOLUMES_MADE, CREATE_LAYER_PREPARED, CREATE_DESCRIBED, CREATE_COMMITTED, CREATE_DURABLE,
    START_BEGUN, START_RUNS_FORGOTTEN, START_NETWORK_ATTACHED, START_CGROUP_MADE, START_SHIM_SPAWNED, START_PROGRAM_RUNS, START_WRITTEN,
    RUN_RECORD_CAME, RUN_RECORD_TAKEN,
    END_BEGUN, END_SHIM_REAPED, END_NETWORK_GIVEN_BACK, END_GIVEN_BACK,
    STOP_WRITTEN, STOP_TOLD, STOP_SIGNALLED,
    RENAME_DESCRIBED, RENAME_COMMITTED,
    REMOVE_BEGUN, REMOVE_MARKED, REMOVE_COMMITTED, REMOVE_LAYER_GONE, REMOVE_VOLUMES_GONE, REMOVE_LOG_KEPT, REMOVE_FOLDER_GONE, REMOVE_DONE,
    RECREATE_MARKED, RECREATE_MADE, RECREATE_STOPPED, RECREATE_RENAMED, RECREATE_STARTED,
    KEEP_BEGUN, KEEP_LINKED, KEPT_LOG_GOES, KEPT_LOG_GONE,
    NETWORK_BRIDGE_MADE, NETWORK_KEPT, NETWORK_BRIDGE_GONE, CONNECT_PLUGGED, CONNECT_ATTACHED, DISCONNECT_UNPLUGGED, DISCONNECT_DETACHED,
    RESCUE_MARKED, RESCUE_STOPPED, RESCUE_COPIED, RESCUE_VOLUMES_MADE, RESCUE_COMMITTED, RESCUE_CLEARED, RESCUE_DONE,
    RECOVERY_CONNECTED, RECOVERY_RECORDS_TAKEN, RECOVERY_CLEANED,

    SHIM_BEFORE_START(1), SHIM_AFTER_START(2), SHIM_AFTER_EXIT(3), SHIM_BEFORE_RECORD(4), SHIM_AFTER_RECORD(5), SHIM_BEFORE_RESTART(6),
    SHIM_AFTER_RESTART(7), SHIM_IN_PROBE(8);

    private static final String ARMED = System.getProperty("berth.test.failpoint", "");
    private static final String NAME = ARMED.replaceFirst(":.*", "");
    private static final AtomicInteger LEFT = new AtomicInteger(ARMED.contains(":") ? Integer.parseInt(ARMED.replaceFirst(".*:", "")) : 1);
    private static final int KILLED = 137;

    private final int shimStep;

    Failpoint() {
        this(0);
    }

    Failpoint(int shimStep) {
        this.shimStep = shimStep;
    }

    /** Number of the step in a shim ({@code FAIL_*} of shim.h); 0 for a step of this process. */
    public int shimStep() {
        return shimStep;
    }

    /** The step at which shims are to end; 0 for none. */
    public static int armedShimStep() {
        if (NAME.isEmpty()) {
            return 0;
        }
        return valueOf(NAME).shimStep;
    }

    /** Ends this process here, without any orderly end, when a test wants it. */
    public void reached() {
        if (!NAME.isEmpty() && NAME.equals(name()) && LEFT.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(KILLED);
        }
    }
}
