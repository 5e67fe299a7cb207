package io.berth.container;

import io.berth.instance.IdMap;
import io.berth.runtime.Cgroup;
import io.berth.runtime.LaunchOp;
import io.berth.runtime.LaunchPlan;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Plans processes in running containers: execs and probes. */
final class ExecPlanner {

    private ExecPlanner() {}

    /** @param ids of the container's user namespace; null: the host's */
    static LaunchPlan plan(Container container, Cgroup cgroup, ExecSpec spec, UserFiles.Identity user, @Nullable IdMap ids) {
        var host = container.hostConfig();
        var ops = new ArrayList<LaunchOp>();
        ops.addAll(cgroup.joinOps());
        if (ids != null) {
            ops.add(Privileges.mapped(ids, user));
        }
        ops.add(new LaunchOp.Stdio(spec.tty(), spec.stdin(), true, spec.rows(), spec.columns()));
        ops.add(new LaunchOp.OomScoreAdj(host.oomScoreAdj()));
        var tools = spec.console() == null ? null : spec.console().tools();
        if (tools != null) {
            ops.add(new LaunchOp.Tools(tools, ExecSpec.TOOLS));
        }
        ops.addAll(Privileges.ops(host, user, spec.privileged()));
        var folder = spec.workingDir().isEmpty() ? container.config().workingDir() : spec.workingDir();
        ops.add(new LaunchOp.WorkingFolder(folder == null || folder.isEmpty() ? "/" : folder));
        var environment = Environment.of(container, user.home(), spec.tty(), spec.env());
        ops.add(new LaunchOp.Execute(spec.argv(), tools == null ? environment : Environment.withTools(environment)));
        return new LaunchPlan(ops);
    }
}
