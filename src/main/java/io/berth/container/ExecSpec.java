package io.berth.container;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an exec runs.
 *
 * @param user empty for the container's
 * @param workingDir empty for the container's
 * @param env lines added to the container's
 * @param rows of the terminal at its start; 0 for unknown
 * @param console the console that it is; null: it is none
 */
public record ExecSpec(ContainerId container, List<String> argv, boolean tty, boolean stdin, boolean stdout, boolean stderr, String user,
        String workingDir, List<String> env, boolean privileged, String detachKeys, int rows, int columns,
        @Nullable Console console) {

    /** The name of the folder in {@code /dev} at which tools are seen. No image has anything there: that folder is made for each run. */
    static final String TOOLS = ".berth";
    /** The folder of the programs among them. */
    public static final String TOOLS_PATH = "/dev/" + TOOLS + "/bin";

    /**
     * A terminal at which somebody sits: the program is hung up when the service lets go of it.
     *
     * @param account who sits there
     * @param tools a folder of the host with tools, which are seen at {@code /dev/.berth} by this exec and what it starts, and all of which
     *     ends with it; null for what the container has itself
     */
    public record Console(String account, @Nullable Path tools) {}

    public ExecSpec {
        argv = List.copyOf(argv);
        env = List.copyOf(env);
    }

    ExecSpec sized(int newRows, int newColumns) {
        return newRows == 0 && newColumns == 0 ? this : new ExecSpec(container, argv, tty, stdin, stdout, stderr, user, workingDir, env, privileged,
                detachKeys, newRows, newColumns, console);
    }
}
