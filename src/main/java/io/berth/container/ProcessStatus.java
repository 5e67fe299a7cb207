package io.berth.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A process as the host sees it. Source: proc(5), stat, status, cmdline; ps(1), "Process State Codes".
 *
 * @param inside its number in the PID namespace that it is in
 * @param user the name of its effective user on the host, or the number
 * @param name of the program, as the kernel keeps it
 * @param command the whole line; the name in brackets when it has none
 * @param stat its state and what {@code ps} adds to it: {@code Ss+}
 * @param ticks of processor time
 */
record ProcessStatus(int pid, int inside, int parent, int group, int session, long uid, String user, String name, String command, String stat, int nice,
        int threads, int terminalNumber, long ticks, Instant start, long virtualKib, long residentKib, Host host) {

    /** USER_HZ and the page size, the same on all architectures that Berth runs on. */
    private static final long TICKS = 100;
    private static final long PAGE_KIB = 4;
    private static final long NANOS = 1_000_000_000;
    private static final int TTY_MAJOR_PTS = 136;
    private static final ZoneId ZONE = ZoneId.systemDefault();
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZONE);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("MMMdd", Locale.ENGLISH).withZone(ZONE);

    /** What all processes are measured by. */
    record Host(Instant boot, Instant now, long memoryKib, Map<Long, String> users) {

        static Host measure() {
            var names = new HashMap<Long, String>();
            for (String line : lines(Path.of("/etc/passwd"))) {
                String[] fields = line.split(":");
                if (fields.length > 2 && fields[2].matches("\\d{1,10}")) {
                    names.putIfAbsent(Long.valueOf(fields[2]), fields[0]);
                }
            }
            return new Host(Instant.ofEpochSecond(number(Path.of("/proc/stat"), "btime ")), Instant.now(),
                    number(Path.of("/proc/meminfo"), "MemTotal:"), names);
        }

        private static long number(Path file, String key) {
            return lines(file).stream().filter(line -> line.startsWith(key)).findFirst()
                    .map(line -> Long.parseLong(line.substring(key.length()).strip().split(" ")[0])).orElse(0L);
        }

        private static List<String> lines(Path file) {
            try {
                return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.ISO_8859_1) : List.of();
            } catch (IOException failure) {
                throw new UncheckedIOException("read " + file, failure);
            }
        }
    }

    /** Empty when it has ended. */
    static Optional<ProcessStatus> read(int pid, Host host) {
        var folder = Path.of("/proc", Integer.toString(pid));
        try {
            var stat = Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1);
            int nameEnd = stat.lastIndexOf(')');
            var name = stat.substring(stat.indexOf('(') + 1, nameEnd);
            String[] fields = stat.substring(nameEnd + 2).split(" ");
            var line = new String(Files.readAllBytes(folder.resolve("cmdline")), StandardCharsets.UTF_8).replace('\0', ' ').strip();
            var status = Files.readAllLines(folder.resolve("status"), StandardCharsets.ISO_8859_1);
            // The owner of the folder would not do: it is root for processes that may not be looked into.
            long uid = Long.parseLong(field(status, "Uid:", "0\t0").split("\\s+")[1]);
            var numbers = field(status, "NSpid:", Integer.toString(pid)).split("\\s+");
            return Optional.of(new ProcessStatus(pid, Integer.parseInt(numbers[numbers.length - 1]), integer(fields, 1), integer(fields, 2), integer(fields, 3), uid,
                    host.users().getOrDefault(uid, Long.toString(uid)), name, line.isEmpty() ? "[" + name + "]" : line, stat(pid, fields),
                    integer(fields, 16), integer(fields, 17), integer(fields, 4), Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                    host.boot().plusMillis(Long.parseLong(fields[19]) * 1000 / TICKS), Long.parseLong(fields[20]) >> 10,
                    Long.parseLong(fields[21]) * PAGE_KIB, host));
        } catch (IOException ended) {
            // It ended between the listing and the look at it.
            return Optional.empty();
        }
    }

    /** What follows a word at the beginning of a line. */
    private static String field(List<String> lines, String word, String missing) {
        return lines.stream().filter(line -> line.startsWith(word)).findFirst().map(line -> line.substring(word.length()).strip()).orElse(missing);
    }

    /** Those that have not ended yet, by number. */
    static List<ProcessStatus> all(List<Integer> pids) {
        var host = Host.measure();
        return pids.stream().sorted().map(pid -> read(pid, host)).flatMap(Optional::stream).toList();
    }

    private static String stat(int pid, String[] fields) {
        int nice = integer(fields, 16);
        boolean isInForeground = integer(fields, 5) == integer(fields, 2);
        return fields[0] + (nice < 0 ? "<" : nice > 0 ? "N" : "") + (integer(fields, 3) == pid ? "s" : "")
                + (integer(fields, 17) > 1 ? "l" : "") + (isInForeground ? "+" : "");
    }

    private static int integer(String[] fields, int index) {
        return Integer.parseInt(fields[index]);
    }

    /** As it is seen from the host and from inside. */
    ContainerProcess seen() {
        return new ContainerProcess(pid, inside, parent, user, uid, name, command, stat, residentKib << 10, ticks * (NANOS / TICKS), threads, start);
    }

    long elapsedSeconds() {
        return Math.max(0, Duration.between(start, host.now()).toSeconds());
    }

    double cpuPercent() {
        return Math.min(99.9, 100.0 * ticks / TICKS / Math.max(1, elapsedSeconds()));
    }

    double memoryPercent() {
        return host.memoryKib() == 0 ? 0 : 100.0 * residentKib / host.memoryKib();
    }

    /** The time of day when it was started today, else the day. */
    String started() {
        return (start.atZone(ZONE).toLocalDate().equals(host.now().atZone(ZONE).toLocalDate()) ? CLOCK : DAY).format(start);
    }

    String terminal() {
        int major = terminalNumber >> 8 & 0xfff;
        int minor = terminalNumber & 0xff | terminalNumber >> 12 & 0xfff00;
        return terminalNumber == 0 ? "?" : major == TTY_MAJOR_PTS ? "pts/" + minor : major + ":" + minor;
    }

    /** Processor time as {@code 00:01:02}. */
    String time() {
        long seconds = ticks / TICKS;
        return "%02d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** Processor time as {@code 1:02}. */
    String shortTime() {
        long seconds = ticks / TICKS;
        return "%d:%02d".formatted(seconds / 60, seconds % 60);
    }
}
