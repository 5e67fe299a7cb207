package io.berth.it;

import java.util.ArrayList;
import java.util.List;

/** Containers that serve their {@code /etc} over HTTP. */
final class WebServers {

    private WebServers() {}

    /** Returns when it answers. @param options of {@code docker run} */
    static void start(BerthInstance berth, String name, String... options) {
        var command = new ArrayList<>(List.of("run", "-d", "--name", name, "--hostname", "host-of-" + name));
        command.addAll(List.of(options));
        command.addAll(List.of("busybox", "httpd", "-f", "-h", "/etc"));
        berth.docker(command.toArray(String[]::new)).ok();
        Eventually.holds("it listens", () -> berth.docker("exec", name, "wget", "-qO-", "http://127.0.0.1/passwd").exitCode() == 0);
    }
}
