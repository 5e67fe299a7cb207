package io.berth.console;

/**
 * A console that is asked for.
 *
 * @param shell path of a program in the container; empty for its best shell
 * @param toolbox brings tools with it, a shell among them; then there is no other shell, and the user is root of the container
 * @param user a name or number, or {@code user:group}; empty for the container's
 * @param workingDir empty for the container's
 */
public record ConsoleRequest(String shell, boolean toolbox, String user, String workingDir, int rows, int columns) {}
