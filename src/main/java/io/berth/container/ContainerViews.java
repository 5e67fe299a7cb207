package io.berth.container;

import io.berth.network.Connection;
import io.berth.network.IpText;
import io.berth.network.Sandboxes;
import io.berth.network.Sandbox;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes views of containers. Safe for use by many threads. */
@Component
public class ContainerViews {

    private static final double NANOS = 1e9;

    private final Sandboxes sandboxes;
    private final Healths healths;
    private final Clock clock;

    ContainerViews(Sandboxes sandboxes, Healths healths, Clock clock) {
        this.sandboxes = sandboxes;
        this.healths = healths;
        this.clock = clock;
    }

    public ContainerView of(Container container) {
        var command = new ArrayList<>(List.of(container.path()));
        command.addAll(container.args());
        var state = container.state();
        var running = state instanceof ContainerState.Running now ? now : null;
        var exited = state instanceof ContainerState.Exited end ? end : state instanceof ContainerState.Restarting(var code, var oom, var from, var to)
                ? new ContainerState.Exited(code, oom, "", from, to) : null;
        var failed = state instanceof ContainerState.Created before && before.exitCode() != 0 ? before : null;
        @Nullable Integer exitCode = exited != null ? Integer.valueOf(exited.code()) : failed != null ? Integer.valueOf(failed.exitCode()) : null;
        @Nullable String health = healths.find(container).map(Health::word).orElse(null);
        var sandbox = running == null ? null : sandboxes.find(container.id().value()).orElse(null);
        return new ContainerView(container.id().value(), container.name(), container.config().image(), container.imageId().toString(), command,
                state.word(), StatusText.of(container, health == null ? "" : health, clock.instant()), container.created(),
                running != null ? running.since() : exited != null ? exited.startedAt() : null, exited == null ? null : exited.finishedAt(), exitCode,
                exited != null && exited.oomKilled(), error(state),
                running == null ? null : running.pid(), ports(sandbox), addresses(sandbox), mounts(container), limits(container.hostConfig()),
                container.config().labels(), container.restartCount(), health, container.connections().stream().map(Connection::network).toList());
    }

    private static String error(ContainerState state) {
        return switch (state) {
            case ContainerState.Created created -> created.error();
            case ContainerState.Exited exited -> exited.error();
            case ContainerState.Dead dead -> dead.error();
            case ContainerState.Running _, ContainerState.Restarting _ -> "";
        };
    }

    private static List<ContainerView.Port> ports(@Nullable Sandbox sandbox) {
        return sandbox == null ? List.of() : sandbox.bindings().stream().map(binding -> new ContainerView.Port(binding.hostIp(),
                binding.hostPort(), binding.containerPort(), binding.protocol().toString())).toList();
    }

    private static List<ContainerView.Address> addresses(@Nullable Sandbox sandbox) {
        var addresses = new ArrayList<ContainerView.Address>();
        if (sandbox != null) {
            for (var endpoint : sandbox.endpoints()) {
                endpoint.addresses().stream().findFirst()
                        .ifPresent(address -> addresses.add(new ContainerView.Address(endpoint.networkName(), IpText.of(address))));
            }
        }
        return addresses;
    }

    private static List<ContainerView.Mount> mounts(Container container) {
        return container.mounts().stream().map(mount -> new ContainerView.Mount(mount.type().word(),
                mount.name() == null ? mount.source() : mount.name(), mount.destination(), !mount.writable())).toList();
    }

    private static ContainerView.Limits limits(HostConfig host) {
        Double cpus = host.nanoCpus() > 0 ? Double.valueOf(host.nanoCpus() / NANOS)
                : host.cpuQuota() > 0 ? Double.valueOf((double) host.cpuQuota() / (host.cpuPeriod() == 0 ? 100_000 : host.cpuPeriod())) : null;
        return new ContainerView.Limits(host.memory() == 0 ? null : Long.valueOf(host.memory()), cpus, host.pidsLimit());
    }
}
