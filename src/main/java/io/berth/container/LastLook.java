package io.berth.container;

import io.berth.runtime.Cgroup;

/** Who looks at the cgroup of a run that has ended before it goes. What he says is kept until the next run: {@link Containers#lastLook}. */
@FunctionalInterface
public interface LastLook {

    /** @param container as it is now, its end written down */
    String at(Container container, Cgroup cgroup);
}
