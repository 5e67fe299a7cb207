package io.berth.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Berth of its own for one test class: the service with its own data root, run root, instance name and port. It is
 * started before the class ({@link NextInstance}: beside the tests of the one before); after it every container is removed,
 * the service ends, and the {@link LeakAudit} must find nothing that was not there before.
 */
public final class BerthInstance implements BeforeAllCallback, AfterAllCallback {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<String> extraArguments;
    private final String name = "bt" + ProcessHandle.current().pid() % 100_000 + COUNT.incrementAndGet();
    private final Path home;
    private final int port = ServiceProgram.freePort();
    private final String diskSize;
    private final RecordedDisk recorded;
    private final boolean packed;
    private final Map<String, String> serviceEnvironment = new HashMap<>();
    private Process process;
    private LeakAudit audit;

    private BerthInstance(String diskSize, boolean recorded, boolean packed, List<String> extraArguments) {
        this.diskSize = diskSize;
        this.packed = packed;
        this.extraArguments = extraArguments;
        try {
            home = Files.createTempDirectory(Path.of("/var/tmp"), "bt");
            // Of a class of which no test is chosen: it is empty then.
            home.toFile().deleteOnExit();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        this.recorded = recorded ? new RecordedDisk(home, diskSize, dataRoot()) : null;
    }

    public static BerthInstance withDefaults(String... extraArguments) {
        return extraArguments.length == 0 ? NextInstance.take() : new BerthInstance(null, false, false, List.of(extraArguments));
    }

    static BerthInstance fresh() {
        return new BerthInstance(null, false, false, List.of());
    }

    /** One whose service has this in its environment, too. */
    static BerthInstance withEnvironment(Map<String, String> environment, String... extraArguments) {
        var instance = new BerthInstance(null, false, false, List.of(extraArguments));
        instance.serviceEnvironment.putAll(environment);
        return instance;
    }

    /** One that is started from the one file that users get. */
    static BerthInstance fromPackedJar() {
        return new BerthInstance(null, false, true, List.of());
    }

    /** One whose data root is a file system of its own: ext4 where the kernel has loop devices, else tmpfs. */
    public static BerthInstance onDiskOf(String size) {
        return new BerthInstance(size, false, false, List.of());
    }

    /** One whose data root can be taken back to what was on its disk at some moment. */
    static BerthInstance onRecordedDiskOf(String size) {
        return new BerthInstance(size, true, false, List.of());
    }

    RecordedDisk disk() {
        return recorded;
    }

    private void mountDisk() {
        if (recorded != null) {
            recorded.mount();
            return;
        }
        var image = home.resolve("disk");
        Command.run("mkdir", dataRoot().toString()).ok();
        Command.run("truncate", "-s", diskSize, image.toString()).ok();
        if (Command.run("mkfs.ext4", "-q", "-m", "0", image.toString()).exitCode() != 0
                || Command.run("mount", "-o", "loop", image.toString(), dataRoot().toString()).exitCode() != 0) {
            Command.run("mount", "-t", "tmpfs", "-o", "size=" + diskSize, "disk-of-" + name, dataRoot().toString()).ok();
        }
        Command.run("chmod", "0700", dataRoot().toString()).ok();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (!NextInstance.awaitBegun(this)) {
            prepare();
        }
        NextInstance.begin(context);
    }

    /** Everything before the first test. */
    void prepare() {
        if (diskSize != null) {
            mountDisk();
        }
        audit = LeakAudit.before(name, home);
        start();
        TestImages.importBusybox(this);
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        try {
            if (process == null || !process.isAlive()) {
                start();
            }
            removeAndAudit();
            stop();
            audit.nothingIsLeft();
        } finally {
            sweep();
        }
    }

    /** Whatever went wrong: nothing of the instance stays on the machine. */
    void sweep() throws IOException {
        if (process != null) {
            process.destroyForcibly();
            awaitEnd();
        }
        Shims.kill(home);
        audit.sweep();
        if (recorded != null) {
            recorded.close();
        } else if (diskSize != null) {
            Command.run("umount", dataRoot().toString()).ok();
        }
        deleteTree(home);
    }

    /** Starts the service and returns when it says that it is ready. */
    public void start() {
        start(List.of());
    }

    /** As {@link #start()}, with further arguments. */
    public void start(List<String> arguments) {
        process = launch(arguments);
        try {
            Eventually.holds(() -> "Berth is UP; its log:\n" + logTail(), () -> {
                if (!process.isAlive()) {
                    throw new AssertionError("Berth ended with " + process.exitValue() + "; its log:\n" + logTail());
                }
                return isUp(port);
            });
        } catch (AssertionError late) {
            // Nobody calls afterAll for a class that never began: left running it would slow all that come after it.
            process.destroyForcibly();
            throw late;
        }
    }

    /** Starts a service with this instance's folders and further arguments ({@code -D...} for its JVM), without waiting for anything. */
    public Process launch(List<String> arguments) {
        // What a killed service leaves among temporary files goes with the instance.
        var options = new ArrayList<>(List.of("-Djava.io.tmpdir=" + home));
        var properties = new ArrayList<String>();
        arguments.forEach(argument -> (argument.startsWith("-D") ? options : properties).add(argument));
        var command = new ArrayList<>(packed ? ServiceProgram.packed(options) : ServiceProgram.command(options));
        command.addAll(List.of("--berth.instance=" + name, "--berth.data-root=" + dataRoot(), "--berth.run-root=" + runRoot(), "--server.port=" + port));
        command.addAll(extraArguments);
        // A property that is named twice would be a list of both values.
        properties.forEach(property -> command.removeIf(known -> known.startsWith(property.substring(0, property.indexOf('=') + 1))));
        command.addAll(properties);
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            builder.environment().putAll(serviceEnvironment);
            return builder.start();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /** Ends the service by SIGTERM; the containers stay. */
    public void stop() {
        process.destroy();
        awaitEnd();
    }

    /** Ends the service at whatever instruction it is. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** What a power cut leaves: no process of the instance and nothing below its run root. The service does not run afterwards. */
    public void hostDown() throws IOException {
        if (process.isAlive()) {
            kill();
        }
        Shims.kill(home);
        deleteTree(runRoot());
    }

    /** Kills the shim of a container. */
    public void killShim(String container) {
        var pid = Long.parseLong(docker("inspect", "-f", "{{.State.Pid}}", container).ok());
        ProcessHandle.of(pid).flatMap(ProcessHandle::parent).orElseThrow().destroyForcibly();
    }

    public Process process() {
        return process;
    }

    /** Runs the docker CLI against this instance. */
    public CommandResult docker(String... arguments) {
        return Command.run(dockerCommand(arguments), new byte[0], environment());
    }

    public CommandResult dockerWithInput(byte[] stdin, String... arguments) {
        return Command.run(dockerCommand(arguments), stdin, environment());
    }

    /** Starts a docker CLI whose streams the test drives. */
    public Process dockerProcess(String... arguments) {
        try {
            return Command.start(dockerCommand(arguments), environment());
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    public List<String> dockerCommand(String... arguments) {
        var command = new ArrayList<>(List.of("docker", "-H", "unix://" + socket()));
        command.addAll(List.of(arguments));
        return command;
    }

    public Map<String, String> environment() {
        return Map.of("DOCKER_CONFIG", home.resolve("docker-config").toString(), "TERM", "xterm");
    }

    public String name() {
        return name;
    }

    public Path home() {
        return home;
    }

    public Path dataRoot() {
        return home.resolve("data");
    }

    public Path runRoot() {
        return home.resolve("run");
    }

    public Path socket() {
        return runRoot().resolve("docker.sock");
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** The names of blobs that are being written. */
    List<String> blobsBeingWritten() {
        try (var files = Files.list(dataRoot().resolve("blobs/ingest"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    public Path log() {
        return home.resolve("berth.log");
    }

    public String logTail() {
        try {
            var lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 80), lines.size()));
        } catch (IOException problem) {
            return problem.toString();
        }
    }

    /** Network links that this instance has made. */
    Set<String> links() {
        return audit.newLinks();
    }

    /** Removes all containers; nothing of them may be left then. */
    public void removeAndAudit() {
        removeEverything();
        audit.nothingOfContainersIsLeft();
    }

    private void removeEverything() {
        var ids = docker("ps", "-aq").ok();
        if (!ids.isEmpty()) {
            var arguments = new ArrayList<>(List.of("rm", "-f", "-v"));
            arguments.addAll(ids.lines().toList());
            docker(arguments.toArray(String[]::new)).expect(0);
        }
    }

    static boolean isUp(int port) {
        try {
            var health = URI.create("http://127.0.0.1:" + port + "/actuator/health");
            var answer = HTTP.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().contains("UP");
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("Berth did not end within 10 s; its log:\n" + logTail());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    static void deleteTree(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
