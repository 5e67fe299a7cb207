package io.berth.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Scripts of {@code frontend/e2e}, which drive the dashboard of an instance in a browser. */
final class BrowserScript {

    /** They have many steps, each of which waits for what it needs: on two cores that others use, too, that takes minutes. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private BrowserScript() {}

    /**
     * Runs a script to its end, which must be a good one.
     *
     * @param subject what the script is about: a prefix of names, an image
     * @param more further arguments, after the folder of screenshots
     */
    static void run(BerthInstance berth, String script, String subject, String... more) throws IOException {
        var password = Files.readAllLines(berth.dataRoot().resolve("admin-password")).getFirst();
        var command = new ArrayList<>(List.of("node", Path.of("frontend/e2e", script).toAbsolutePath().toString(), berth.uri("").toString(), password, subject,
                Path.of("target/screenshots").toAbsolutePath().toString()));
        command.addAll(List.of(more));
        Command.run(command, new byte[0], Map.of(), LIMIT).expect(0);
    }
}
