package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The processes of a container as {@code ps} on the host would show them. No program is started for it: what {@code ps} is most often
 * asked for is known, and other arguments are refused.
 *
 * <p>Source: Docker Engine API 1.51, ContainerTop; ps(1).
 */
public record ProcessTable(List<String> titles, List<List<String>> processes) {

    private static final Pattern FULL = Pattern.compile("-[eAadw]*f[eAadw]*");
    private static final Pattern BRIEF = Pattern.compile("-[eAadw]+");
    private static final Pattern USERS = Pattern.compile("-?[axw]*u[axw]*");
    private static final Pattern STATES = Pattern.compile("-?(?=.*[ax])[axw]+");
    private static final Pattern FORMAT = Pattern.compile("(?:-[eAadw]*|[axw]*)o|--format");
    private static final Pattern NAMES = Pattern.compile("[a-z%_]+(?:,[a-z%_]+)*");

    public ProcessTable {
        titles = List.copyOf(titles);
        processes = List.copyOf(processes);
    }

    /** The processes with these numbers. @throws InvalidArgumentException the arguments are of another kind, or do not show the number */
    static ProcessTable of(List<Integer> pids, String arguments) {
        var columns = columns(arguments.strip());
        if (columns.stream().noneMatch(column -> column.title().equals("PID"))) {
            throw new InvalidArgumentException("Couldn't find PID field in ps output");
        }
        var rows = ProcessStatus.all(pids).stream()
                .map(process -> columns.stream().map(column -> column.of(process)).toList()).toList();
        return new ProcessTable(columns.stream().map(ProcessColumn::title).toList(), rows);
    }

    private static List<ProcessColumn> columns(String arguments) {
        String[] words = arguments.split("\\s+");
        if (FORMAT.matcher(words[0]).matches() || words[0].matches("(-[eAadw]*|[axw]*)o.+|--format=.+")) {
            return asked(words, arguments);
        }
        String flags = String.join("", words).replaceAll("(?<=.)-", "");
        if (arguments.isEmpty() || FULL.matcher(flags).matches()) {
            return ProcessColumn.FULL;
        }
        if (USERS.matcher(flags).matches()) {
            return ProcessColumn.USERS;
        }
        if (STATES.matcher(flags).matches()) {
            return ProcessColumn.STATES;
        }
        if (BRIEF.matcher(flags).matches()) {
            return ProcessColumn.BRIEF;
        }
        throw unsupported(arguments);
    }

    /** {@code -o pid,comm}, {@code -eo pid -o comm}, {@code --format=pid}: columns by their names. */
    private static List<ProcessColumn> asked(String[] words, String arguments) {
        var found = new ArrayList<ProcessColumn>();
        for (int i = 0; i < words.length; i++) {
            boolean isAlone = FORMAT.matcher(words[i]).matches();
            String names = isAlone ? ++i < words.length ? words[i] : "" : words[i].replaceFirst("^(-[eAadw]*o|[axw]*o|--format=)", "");
            if (!NAMES.matcher(names).matches()) {
                throw unsupported(arguments);
            }
            for (String name : names.split(",")) {
                found.add(ProcessColumn.named(name));
            }
        }
        return found;
    }

    private static InvalidArgumentException unsupported(String arguments) {
        return new InvalidArgumentException("ps arguments \"" + (arguments.length() > 100 ? arguments.substring(0, 100) + "..." : arguments)
                + "\" are not supported: use -ef, aux, -e, ax or -o with names of columns");
    }
}
