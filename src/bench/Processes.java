import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** The machine's processes, read from /proc (proc(5)). */
final class Processes {

    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /** The ids of those whose command line or executable holds the text. */
    static Set<Long> matching(String text) {
        Set<Long> matching = new HashSet<>();
        ProcessHandle.allProcesses().map(ProcessHandle::pid).filter(pid -> names(pid).contains(text)).forEach(matching::add);
        return matching;
    }

    private static String names(long pid) {
        Path folder = PROC.resolve(Long.toString(pid));
        try {
            return Files.readString(folder.resolve("cmdline")).replace('\0', ' ') + Files.readSymbolicLink(folder.resolve("exe"));
        } catch (IOException e) {
            return "";      // it has ended, or is a thread of the kernel, which has no executable
        }
    }

    /** Proportional set size in KiB. */
    static double pssKib(long pid) {
        try (var lines = Files.lines(PROC.resolve(pid + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:")).mapToDouble(line -> Double.parseDouble(line.split("\\s+")[1])).sum();
        } catch (IOException e) {
            throw new EngineException("the memory of process " + pid + " cannot be read: " + e.getMessage());
        }
    }
}
