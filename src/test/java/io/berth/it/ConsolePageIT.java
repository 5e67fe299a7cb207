package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The consoles of the dashboard in a browser: {@code frontend/e2e/console.mjs} does and checks what a user would. */
class ConsolePageIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void userTypesMovesOnLosesTheLineAndComesBack() throws IOException {
        BERTH.dockerWithInput(new RootFs().busybox("busybox").bytes(), "import", "-c", "CMD [\"/busybox\", \"sleep\", \"100000\"]", "-", "bare").ok();
        BERTH.docker("run", "-d", "--name", "tty-web", "busybox", "sleep", "100000").ok();
        BERTH.docker("run", "-d", "--name", "tty-bare", "bare").ok();
        BERTH.docker("run", "-d", "--name", "tty-brief", "busybox", "sleep", "100000").ok();
        var diff = BERTH.docker("diff", "tty-bare").ok();
        BrowserScript.run(BERTH, "console.mjs", "tty");
        assertThat(BERTH.docker("diff", "tty-bare").ok()).isEqualTo(diff);
        assertThat(BERTH.docker("top", "tty-bare").ok().lines()).as("a title and one process").hasSize(2);
    }
}
