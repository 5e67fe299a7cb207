package io.berth.container;

import java.util.List;
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
        return live.cgroup(container.id()).map(cgroup -> ProcessStatus.all(cgroup.pids()).stream().map(ProcessStatus::seen).toList()).orElse(List.of());
    }
}
