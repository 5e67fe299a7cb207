/** From a plan to a process: launch plans, shims, cgroups, capabilities and seccomp filters. */
@NullMarked
package io.berth.runtime;

import org.jspecify.annotations.NullMarked;
