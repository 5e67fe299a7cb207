package io.berth.container;

import java.util.List;

/**
 * What an exec runs.
 *
 * @param user empty for the container's
 * @param workingDir empty for the container's
 * @param env lines added to the container's
 * @param rows of the terminal at its start; 0 for unknown
 */
public record ExecSpec(ContainerId container, List<String> argv, boolean tty, boolean stdin, boolean stdout, boolean stderr, String user,
        String workingDir, List<String> env, boolean privileged, String detachKeys, int rows, int columns) {

    public ExecSpec {
        argv = List.copyOf(argv);
        env = List.copyOf(env);
    }

    ExecSpec sized(int newRows, int newColumns) {
        return newRows == 0 && newColumns == 0 ? this : new ExecSpec(container, argv, tty, stdin, stdout, stderr, user, workingDir, env, privileged,
                detachKeys, newRows, newColumns);
    }
}
