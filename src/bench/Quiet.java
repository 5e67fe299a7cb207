import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits until the machine does nothing: an engine does not pay for what the one before it has left to do after its answers. */
final class Quiet {

    private static final Path STAT = Path.of("/proc/stat");
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
    /** Fields of the first line of /proc/stat (proc(5)), its name before them. */
    private static final int IDLE = 4;
    private static final int WAITING = 5;
    private static final int FIELDS = 9;
    /** Clock ticks of 10 ms that the kernel itself may take in a window, on all processors together. */
    private static final long NOISE = 1;

    private Quiet() {}

    /** Returns when a window of time has passed in which no processor worked, or after so many milliseconds. */
    static void await(int atMostMillis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(atMostMillis);
        long before = busyTicks();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(WINDOW_NANOS);
            long now = busyTicks();
            if (now - before <= NOISE) {
                return;
            }
            before = now;
        }
    }

    private static long busyTicks() {
        try (var lines = Files.lines(STAT)) {
            var fields = lines.findFirst().orElseThrow().split("\\s+");
            long all = Arrays.stream(fields, 1, FIELDS).mapToLong(Long::parseLong).sum();
            return all - Long.parseLong(fields[IDLE]) - Long.parseLong(fields[WAITING]);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("read " + STAT, unreadable);
        }
    }
}
