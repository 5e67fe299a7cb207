package io.berth.container;

/**
 * A change of a container's limits and restart policy. Source: Docker Engine API 1.51, ContainerUpdate.
 *
 * @param asked new values; 0, empty and null leave what there is
 * @param pidsLimit whether the number of processes was said at all: null in {@code asked} is then no limit
 * @param restartPolicy whether a restart policy was said
 * @param freed limits that are taken away, of which Docker's API has no word
 */
public record UpdateRequest(HostConfig asked, boolean pidsLimit, boolean restartPolicy, Freed freed) {

    /**
     * Limits that are taken away.
     *
     * @param memory that of memory, and that of memory and swap together
     * @param cpus quota and period, or the number of CPUs that stands for both
     */
    public record Freed(boolean memory, boolean cpus) {

        static final Freed NONE = new Freed(false, false);
    }

    /** One that takes no limit away. */
    public UpdateRequest(HostConfig asked, boolean pidsLimit, boolean restartPolicy) {
        this(asked, pidsLimit, restartPolicy, Freed.NONE);
    }
}
