package io.berth.network;

import io.berth.error.InvalidArgumentException;

/** What a container's network is: {@code HostConfig.NetworkMode}. */
public sealed interface NetworkMode {

    /**
     * A sandbox of its own, connected to a network.
     *
     * @param network name or id; the default bridge is {@code bridge}
     */
    record Connected(String network) implements NetworkMode {}

    /** The host's own network namespace. */
    record Host() implements NetworkMode {}

    /** A sandbox with a loopback interface only. */
    record None() implements NetworkMode {}

    /**
     * The sandbox of another container.
     *
     * @param container id or name as asked; resolved by the caller before {@link Networks#attach}
     */
    record Container(String container) implements NetworkMode {}

    /** Reads {@code default}, {@code bridge}, {@code host}, {@code none}, {@code container:X} or a network's name. */
    static NetworkMode parse(String text) {
        if (text.startsWith("container:")) {
            String container = text.substring("container:".length());
            if (container.isEmpty()) {
                throw new InvalidArgumentException("invalid network mode: invalid container format container:<name|id>");
            }
            return new Container(container);
        }
        return switch (text) {
            case "", "default", "bridge" -> new Connected("bridge");
            case "host" -> new Host();
            case "none" -> new None();
            default -> new Connected(text);
        };
    }
}
