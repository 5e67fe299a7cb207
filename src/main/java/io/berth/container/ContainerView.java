package io.berth.container;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container as people look at it. Immutable; what is null is not so or not limited.
 *
 * @param status a sentence: {@code Up 3 minutes}
 * @param error why the last start failed; empty when it did not
 * @param pid of its first process, on the host
 * @param restarts how often it was started again since it was started
 * @param health {@code starting}, {@code healthy} or {@code unhealthy}; null when nobody looks at it
 * @param networks the names of those that it is, or will be, connected to
 */
public record ContainerView(String id, String name, String image, String imageId, List<String> command, String state, String status,
        Instant createdAt, @Nullable Instant startedAt, @Nullable Instant finishedAt, @Nullable Integer exitCode, boolean oomKilled,
        String error, @Nullable Integer pid, List<Port> ports, List<Address> addresses, List<Mount> mounts, Limits limits,
        Map<String, String> labels, int restarts, @Nullable String health, List<String> networks) {

    public record Port(String hostIp, int hostPort, int containerPort, String protocol) {}

    public record Address(String network, String address) {}

    public record Mount(String type, String source, String target, boolean readOnly) {}

    public record Limits(@Nullable Long memoryBytes, @Nullable Double cpus, @Nullable Long pids) {}
}
