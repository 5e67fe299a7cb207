package io.berth.runtime;

/**
 * Which limits this host's cgroups offer.
 *
 * @param memoryReservation the soft limit
 * @param cpuCfs quota and period
 * @param cpuRealtime quota and period of the real-time scheduler
 * @param blkioThrottle rates of block devices
 */
public record CgroupFeatures(boolean memory, boolean swap, boolean memoryReservation, boolean memorySwappiness, boolean oomKillDisable,
        boolean cpuShares, boolean cpuCfs, boolean cpuRealtime, boolean cpuset, boolean pids, boolean blkioWeight, boolean blkioWeightDevice,
        boolean blkioThrottle) {}
