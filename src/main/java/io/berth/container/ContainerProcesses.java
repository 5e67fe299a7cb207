package io.berth.container;

import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The processes of containers, by their cgroups: those that were started from outside are among them. */
@Component
public class ContainerProcesses {

    private final LiveContainers live;

    ContainerProcesses(LiveContainers live) {
        this.live = live;
    }

    /** Those of one, by number; none when it does not run. */
    public List<ContainerProcess> of(Container container) {
        var host = ProcessStatus.Host.measure();
        return live.cgroup(container.id()).map(cgroup -> cgroup.pids().stream().sorted().map(pid -> ProcessStatus.read(pid, host))
                .flatMap(Optional::stream).map(ProcessStatus::seen).toList()).orElse(List.of());
    }
}
