package io.berth.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The service as the tests start it: unpacked from its jar, beside a cache of what its JVM loads and links at each start (JEP 483 and
 * 514), which halves a start. Both are made once for each jar, in a folder beside it.
 */
final class ServiceProgram {

    private static final Path PACKED = Path.of(System.getProperty("berth.jar", "target/berth.jar")).toAbsolutePath();
    private static final Path FOLDER = PACKED.resolveSibling("service");
    private static final Path CACHE = FOLDER.resolve("berth.aot");
    /** A service that lives for a minute gains nothing from what the second compiler makes of it, and pays half its start for it. */
    private static final List<String> JVM = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
            "-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m");

    private ServiceProgram() {}

    /** The command that starts the service with its defaults. @param options further ones of its JVM */
    static List<String> command(List<String> options) {
        prepare();
        return command(options, "-XX:AOTCache=" + CACHE, unpacked());
    }

    /** The command that starts it as users do, from the one file. */
    static List<String> packed(List<String> options) {
        return command(options, null, PACKED);
    }

    /** The jar beside its libraries, with the cache in the same folder. */
    static Path unpacked() {
        prepare();
        return FOLDER.resolve(PACKED.getFileName());
    }

    private static List<String> command(List<String> options, String cache, Path jar) {
        var command = new ArrayList<>(JVM);
        if (cache != null) {
            command.add(cache);
        }
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    private static synchronized void prepare() {
        try {
            if (Files.exists(CACHE) && Files.getLastModifiedTime(CACHE).compareTo(Files.getLastModifiedTime(PACKED)) > 0) {
                return;
            }
            Command.run(JVM.getFirst(), "-Djarmode=tools", "-jar", PACKED.toString(), "extract", "--force", "--destination", FOLDER.toString()).ok();
            Files.deleteIfExists(CACHE);
            train();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** One start and end, at which the JVM writes down what it loaded. */
    private static void train() throws IOException, InterruptedException {
        Path home = Files.createTempDirectory(Path.of("/var/tmp"), "bt");
        Path log = FOLDER.resolve("training.log");
        int port = freePort();
        var command = command(List.of(), "-XX:AOTCacheOutput=" + CACHE, FOLDER.resolve(PACKED.getFileName()));
        command.addAll(List.of("--berth.instance=" + home.getFileName(), "--berth.data-root=" + home.resolve("data"), "--berth.run-root=" + home.resolve("run"),
                "--server.port=" + port));
        Process service = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            Eventually.holds(() -> "the service is UP: " + log, () -> BerthInstance.isUp(port) || !service.isAlive());
            service.destroy();
            if (!service.waitFor(3, TimeUnit.MINUTES) || !Files.exists(CACHE)) {
                throw new AssertionError("there is no cache for the service's JVM; see " + log);
            }
        } finally {
            service.destroyForcibly().waitFor();
            BerthInstance.deleteTree(home);
        }
    }

    static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
