package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Interactive sessions through a real terminal: util-linux' script gives the docker CLI one. */
class TerminalIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void ttyEchoesAndEnds() throws Exception {
        var session = new Session("run", "-it", "--rm", "--name", "tty", "busybox", "sh");
        session.type("echo $((40+2)); tty; stty size\n");
        session.sees("42");
        session.sees("/dev/pts/0");
        session.type("exit 5\n");
        assertThat(session.end()).isEqualTo(5);
    }

    @Test
    void ctrlCReachesTheContainer() throws Exception {
        var session = new Session("run", "-it", "--rm", "busybox", "sh", "-c", "trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 1; done");
        session.sees("ready");
        session.type("\u0003");
        session.sees("caught");
        assertThat(session.end()).isEqualTo(3);
    }

    @Test
    void detachKeysLeaveTheContainerRunning() throws Exception {
        var session = new Session("run", "-it", "--name", "left", "busybox", "sh");
        session.type("echo marker$((1+1))\n");
        session.sees("marker2");
        session.type("\u0010");
        session.type("\u0011");
        session.end();
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Running}}", "left").ok()).isEqualTo("true");
        BERTH.docker("rm", "-f", "left").ok();
    }

    @Test
    void aClientThatVanishesStopsNothing() throws Exception {
        var client = BERTH.dockerProcess("run", "--name", "orphan", "busybox", "sh", "-c", "while :; do echo tick; sleep 1; done");
        client.getInputStream().read();
        client.destroyForcibly().waitFor();
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Running}}", "orphan").ok()).isEqualTo("true");
        BERTH.docker("rm", "-f", "orphan").ok();
    }

    @Test
    void execInATerminal() throws Exception {
        BERTH.docker("run", "-d", "--name", "target", "busybox", "sleep", "1000").ok();
        var session = new Session("exec", "-it", "target", "sh");
        session.type("echo $((6*7)); exit 4\n");
        session.sees("42");
        assertThat(session.end()).isEqualTo(4);
        BERTH.docker("rm", "-f", "target").ok();
    }

    /** A docker CLI on a pseudo-terminal of 30 rows and 100 columns. */
    private static final class Session {

        private final Process process;
        private final StringBuffer screen = new StringBuffer();
        private final Thread reader;

        Session(String... arguments) throws IOException {
            var command = "stty rows 30 cols 100; exec " + String.join(" ", BERTH.dockerCommand(arguments).stream().map(Session::quote).toList());
            process = Command.start(List.of("script", "-qefc", command, "/dev/null"), BERTH.environment());
            reader = Thread.ofVirtual().start(this::read);
        }

        void type(String text) throws IOException {
            process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }

        void sees(String text) {
            Eventually.holds(() -> "the terminal shows `" + text + "`; it shows:\n" + screen, () -> screen.indexOf(text) >= 0);
        }

        int end() throws InterruptedException {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("the session did not end; the terminal shows:\n" + screen);
            }
            reader.join();
            return process.exitValue();
        }

        private void read() {
            try (InputStream in = process.getInputStream()) {
                var buffer = new byte[4096];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    screen.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
                }
            } catch (IOException closed) {
                screen.append("<closed: ").append(closed.getMessage()).append('>');
            }
        }

        private static String quote(String word) {
            return "'" + word.replace("'", "'\\''") + "'";
        }
    }
}
