package io.berth.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program of the machine for a test; a program that does not end in time is killed and fails the test. */
public final class Command {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private Command() {}

    public static CommandResult run(String... command) {
        return run(List.of(command), new byte[0], Map.of());
    }

    public static CommandResult run(List<String> command, byte[] stdin, Map<String, String> environment) {
        return run(command, stdin, environment, LIMIT);
    }

    /** One that may take longer than others. */
    static CommandResult run(List<String> command, byte[] stdin, Map<String, String> environment, Duration limit) {
        try {
            Process process = start(command, environment);
            var out = text(process.getInputStream());
            var err = text(process.getErrorStream());
            try (var in = process.getOutputStream()) {
                in.write(stdin);
            } catch (IOException closedByTheProgram) {
                // A program may end without reading all of its input; its exit code tells.
            }
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(String.join(" ", command) + " did not end within " + limit + "; stdout: " + out.join() + "; stderr: " + err.join());
            }
            return new CommandResult(String.join(" ", command), process.exitValue(), out.join(), err.join());
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Starts a program whose streams the test drives by itself. */
    public static Process start(List<String> command, Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.directory(Path.of("/").toFile());
        return builder.start();
    }

    private static CompletableFuture<String> text(InputStream stream) {
        return CompletableFuture.supplyAsync(() -> {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException problem) {
                throw new UncheckedIOException(problem);
            }
        }, task -> Thread.ofVirtual().start(task));
    }
}
