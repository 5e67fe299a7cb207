package io.berth.network;

/**
 * A running container in a network, as {@code network inspect} lists it.
 *
 * @param containerId the container's full id
 * @param containerName its name, without slash, at the time of its start
 * @param endpoint its place
 */
public record Attachment(String containerId, String containerName, Endpoint endpoint) {}
