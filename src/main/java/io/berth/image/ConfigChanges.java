package io.berth.image;

import io.berth.error.InvalidArgumentException;
import io.berth.oci.RunConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Dockerfile instructions that change what an image says of its process, as {@code docker import} and {@code docker commit} take
 * them.
 *
 * <p>Source: Dockerfile reference, the instructions of the same names.
 */
final class ConfigChanges {

    private static final Set<String> NEED_ARGUMENTS = Set.of("ENV", "LABEL", "EXPOSE", "VOLUME", "USER", "WORKDIR", "STOPSIGNAL", "ONBUILD",
            "SHELL", "HEALTHCHECK");

    private ConfigChanges() {}

    /** The config after these instructions, one a line. */
    static RunConfig apply(RunConfig config, List<String> instructions) {
        RunConfig changed = config;
        boolean hasCommand = false;
        for (String instruction : instructions) {
            for (String line : joined(instruction)) {
                changed = applyOne(changed, line, hasCommand);
                hasCommand |= nameOf(line).equals("CMD");
            }
        }
        return changed;
    }

    /** The lines of a text, those that end in a backslash joined with the next; without comments. */
    private static List<String> joined(String text) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (String part : text.split("\r?\n", -1)) {
            if (line.isEmpty() && (part.isBlank() || part.strip().startsWith("#"))) {
                continue;
            }
            if (part.endsWith("\\")) {
                line.append(part, 0, part.length() - 1);
            } else {
                lines.add(line.append(part).toString().strip());
                line.setLength(0);
            }
        }
        if (!line.isEmpty()) {
            lines.add(line.toString().strip());
        }
        return lines;
    }

    private static String nameOf(String line) {
        return line.split("\\s+", 2)[0].toUpperCase(Locale.ROOT);
    }

    private static RunConfig applyOne(RunConfig config, String line, boolean hasCommand) {
        String[] parts = line.split("\\s+", 2);
        String instruction = nameOf(line);
        String rest = parts.length > 1 ? parts[1].strip() : "";
        var draft = new RunConfigDraft(config);
        if (rest.isEmpty() && NEED_ARGUMENTS.contains(instruction)) {
            throw new InvalidArgumentException(instruction + " requires at least one argument");
        }
        switch (instruction) {
            case "CMD" -> draft.cmd(InstructionText.command(rest, config.shell()));
            case "ENTRYPOINT" -> {
                draft.entrypoint(InstructionText.command(rest, config.shell()));
                if (!hasCommand) {
                    // The command that was there was made for another entrypoint.
                    draft.cmd(null);
                }
            }
            case "ENV" -> InstructionText.pairs(rest, instruction).forEach(draft::env);
            case "LABEL" -> InstructionText.pairs(rest, instruction).forEach(draft::label);
            case "EXPOSE" -> InstructionText.words(rest).forEach(draft::expose);
            case "VOLUME" -> InstructionText.list(rest).forEach(draft::volume);
            case "USER" -> draft.user(rest);
            case "WORKDIR" -> draft.workingDir(InstructionText.unquoted(rest));
            case "STOPSIGNAL" -> draft.stopSignal(rest);
            case "ONBUILD" -> draft.onBuild(rest);
            case "SHELL" -> draft.shell(InstructionText.jsonArray(rest).orElseThrow(
                    () -> new InvalidArgumentException("SHELL requires the arguments to be in JSON form")));
            case "HEALTHCHECK" -> draft.healthcheck(HealthcheckText.parse(rest));
            default -> throw new InvalidArgumentException(instruction + " is not a valid change command");
        }
        return draft.toConfig();
    }
}
