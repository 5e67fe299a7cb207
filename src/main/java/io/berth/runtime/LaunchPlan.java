package io.berth.runtime;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.Fd;
import java.util.ArrayList;
import java.util.List;

/** An ordered list of operations that the shim runs to make a process. Immutable. */
public record LaunchPlan(List<LaunchOp> ops) {

    /** {@code PLAN_MAX_BYTES} of plan.h. */
    static final int MAX_BYTES = 4 << 20;
    /** {@code PLAN_MAX_OPS} of plan.h. */
    static final int MAX_OPS = 262_144;

    public LaunchPlan {
        ops = List.copyOf(ops);
        if (ops.size() > MAX_OPS) {
            throw new InvalidArgumentException("a container of " + ops.size() + " start-up operations; at most " + MAX_OPS + " are possible");
        }
    }

    /** This plan with {@code first} before its operations. */
    LaunchPlan startingWith(List<LaunchOp> first) {
        var all = new ArrayList<>(first);
        all.addAll(ops);
        return new LaunchPlan(all);
    }

    /** The descriptors that the plan names, in the order of their numbers in its encoded form. */
    List<Fd> descriptors() {
        var found = new ArrayList<Fd>();
        for (var op : ops) {
            switch (op) {
                case LaunchOp.Listen(var socket) -> found.add(socket);
                case LaunchOp.JoinNamespace(var namespace, var flag) -> found.add(namespace);
                case LaunchOp.Hold(var fd) -> found.add(fd);
                case LaunchOp.MountBind bind when bind.owners().userNamespace() != null -> found.add(bind.owners().userNamespace());
                default -> { }
            }
        }
        return found;
    }

    /**
     * The bytes that the shim decodes.
     *
     * @throws InvalidArgumentException a string holds a NUL, or all together are too long
     */
    byte[] encode() {
        return new PlanEncoder(ops).encode();
    }
}
