package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The processes of a container as {@code ps} would show them, by the host's numbers: proc(5). No program is started for it. */
public record ProcessTable(List<String> titles, List<List<String>> processes) {

    private static final List<String> FULL = List.of("UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD");
    private static final List<String> USER = List.of("USER", "PID", "%CPU", "%MEM", "VSZ", "RSS", "TTY", "STAT", "START", "TIME", "COMMAND");
    /** USER_HZ and the page size, the same on all architectures that Berth runs on. */
    private static final long TICKS = 100;
    private static final long PAGE_KIB = 4;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneId.systemDefault());
    private static final int TTY_MAJOR_PTS = 136;

    public ProcessTable {
        titles = List.copyOf(titles);
        processes = List.copyOf(processes);
    }

    /** One process: fields of /proc/PID/stat. */
    private record Process(int pid, String user, String command, String state, long parent, int terminal, long ticks, long startTicks,
            long virtualBytes, long residentPages) {}

    static ProcessTable of(List<Integer> pids, String arguments) {
        var asked = arguments.strip();
        boolean full = asked.isEmpty() || asked.equals("-ef") || asked.equals("-e -f") || asked.equals("ef");
        if (!full && !asked.equals("aux") && !asked.equals("-aux")) {
            return columns(pids, asked);
        }
        var found = pids.stream().sorted().map(ProcessTable::read).flatMap(Optional::stream).toList();
        return new ProcessTable(full ? FULL : USER, found.stream().map(full ? ProcessTable::full : ProcessTable::user).toList());
    }

    /** {@code -o pid,ppid,comm}: the columns by their names. */
    private static ProcessTable columns(List<Integer> pids, String arguments) {
        var match = Pattern.compile("(?:-e\\s+|-A\\s+)?-?-?o\\s*([a-z,%]+)").matcher(arguments);
        if (!match.matches()) {
            throw new InvalidArgumentException("ps arguments \"" + arguments + "\" are not supported: use -ef, aux or -o with names of columns");
        }
        var names = List.of(match.group(1).split(","));
        if (!names.contains("pid")) {
            throw new InvalidArgumentException("Couldn't find PID field in ps output");
        }
        var rows = pids.stream().sorted().map(ProcessTable::read).flatMap(Optional::stream)
                .map(process -> names.stream().map(name -> column(process, name)).toList()).toList();
        return new ProcessTable(names.stream().map(ProcessTable::title).toList(), rows);
    }

    private static String title(String name) {
        return switch (name) {
            case "comm", "command", "cmd", "args" -> "COMMAND";
            default -> name.toUpperCase(Locale.ROOT);
        };
    }

    private static String column(Process process, String name) {
        return switch (name) {
            case "pid" -> Integer.toString(process.pid());
            case "ppid" -> Long.toString(process.parent());
            case "uid", "user" -> process.user();
            case "comm", "command", "cmd", "args" -> process.command();
            case "stat", "state", "s" -> process.state();
            case "tty", "tt" -> terminal(process.terminal());
            case "time" -> time(process.ticks());
            case "rss" -> Long.toString(process.residentPages() * PAGE_KIB);
            case "vsz" -> Long.toString(process.virtualBytes() >> 10);
            default -> throw new InvalidArgumentException("ps column \"" + name + "\" is not supported");
        };
    }

    private static List<String> full(Process process) {
        return List.of(process.user(), Integer.toString(process.pid()), Long.toString(process.parent()), "0", CLOCK.format(start(process)),
                terminal(process.terminal()), time(process.ticks()), process.command());
    }

    private static List<String> user(Process process) {
        double seconds = Math.max(1, (Instant.now().toEpochMilli() - start(process).toEpochMilli()) / 1000.0);
        double cpu = 100.0 * process.ticks() / TICKS / seconds;
        return List.of(process.user(), Integer.toString(process.pid()), "%.1f".formatted(cpu), "0.0",
                Long.toString(process.virtualBytes() >> 10), Long.toString(process.residentPages() * PAGE_KIB), terminal(process.terminal()),
                process.state(), CLOCK.format(start(process)), time(process.ticks()), process.command());
    }

    private static Optional<Process> read(int pid) {
        var folder = Path.of("/proc", Integer.toString(pid));
        try {
            var stat = Files.readString(folder.resolve("stat"));
            int nameEnd = stat.lastIndexOf(')');
            String[] fields = stat.substring(nameEnd + 2).split(" ");
            var line = new String(Files.readAllBytes(folder.resolve("cmdline")), StandardCharsets.UTF_8).replace('\0', ' ').strip();
            var owner = Files.getAttribute(folder, "unix:uid").toString();
            return Optional.of(new Process(pid, owner.equals("0") ? "root" : owner,
                    line.isEmpty() ? "[" + stat.substring(stat.indexOf('(') + 1, nameEnd) + "]" : line, fields[0], Long.parseLong(fields[1]),
                    Integer.parseInt(fields[4]), Long.parseLong(fields[11]) + Long.parseLong(fields[12]), Long.parseLong(fields[19]),
                    Long.parseLong(fields[20]), Long.parseLong(fields[21])));
        } catch (IOException ended) {
            // It ended between the listing and the look at it.
            return Optional.empty();
        }
    }

    private static Instant start(Process process) {
        try {
            var lines = new ArrayList<>(Files.readAllLines(Path.of("/proc/stat")));
            long boot = lines.stream().filter(line -> line.startsWith("btime ")).mapToLong(line -> Long.parseLong(line.substring(6).strip()))
                    .findFirst().orElse(0);
            return Instant.ofEpochSecond(boot).plusMillis(process.startTicks() * 1000 / TICKS);
        } catch (IOException failure) {
            throw new UncheckedIOException("read /proc/stat", failure);
        }
    }

    private static String terminal(int number) {
        int major = number >> 8 & 0xfff;
        int minor = number & 0xff | number >> 12 & 0xfff00;
        return number == 0 ? "?" : major == TTY_MAJOR_PTS ? "pts/" + minor : major + ":" + minor;
    }

    private static String time(long ticks) {
        long seconds = ticks / TICKS;
        return "%02d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
