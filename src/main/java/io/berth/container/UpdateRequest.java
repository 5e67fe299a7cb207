package io.berth.container;

/**
 * A change of a container's limits and restart policy. Source: Docker Engine API 1.51, ContainerUpdate.
 *
 * @param asked new values; 0, empty and null leave what there is
 * @param pidsLimit whether the number of processes was said at all: null in {@code asked} is then no limit
 * @param restartPolicy whether a restart policy was said
 */
public record UpdateRequest(HostConfig asked, boolean pidsLimit, boolean restartPolicy) {}
