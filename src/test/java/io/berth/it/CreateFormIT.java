package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The form in a browser: a container is created with the keyboard alone and pasted, duplicated, and changed with what is lost shown and rescued. */
class CreateFormIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static void flow(String part) throws IOException {
        BrowserScript.run(BERTH, "form.mjs", "form", part);
    }

    @AfterEach
    void removeAll() {
        BERTH.docker("ps", "-aq").ok().lines().forEach(id -> BERTH.docker("rm", "-f", "-v", id).ok());
        BERTH.docker("volume", "ls", "-q").ok().lines().forEach(name -> BERTH.docker("volume", "rm", name).ok());
    }

    @Test
    void userCreatesAndPastes() throws IOException {
        flow("create");
        assertThat(BERTH.docker("inspect", "-f", "{{.Config.Cmd}} {{.HostConfig.Memory}} {{(index (index .HostConfig.PortBindings \"80/tcp\") 0).HostIp}}", "form-typed").ok())
                .isEqualTo("[sleep 1000] 33554432 127.0.0.1");
        assertThat(BERTH.docker("inspect", "-f", "{{.Config.Tty}} {{.HostConfig.Binds}} {{.HostConfig.NanoCpus}} {{.HostConfig.RestartPolicy.Name}} {{.Config.Env}}", "form-pasted").ok())
                .startsWith("true [form-kept:/kept:ro] 500000000 on-failure ").contains("GREETING=hello world");
    }

    @Test
    void userDuplicatesAndEdits() throws IOException {
        BERTH.docker("run", "-d", "--name", "form-old", "-m", "64m", "-v", "/nameless", "-v", "form-kept:/kept", "busybox", "sh", "-c",
                "[ -e /srv/data/only-here ] || { mkdir -p /srv/data; head -c 3000000 /dev/urandom > /srv/data/only-here; }; trap exit TERM; sleep 1000 & wait").ok();
        BERTH.docker("create", "--name", "form-odd", "-e", "ODD=<img src=x onerror=document.title=1>\u202e\u001b[31m", "-e", "LINES=first\nsecond", "busybox", "true").ok();
        Eventually.holds("it has written", () -> size().equals("3000000"));
        var written = sum();
        flow("edit");
        assertThat(sum()).as("what was rescued from the one before is in the one that was made anew").isEqualTo(written);
        assertThat(BERTH.docker("inspect", "-f", "{{.HostConfig.Binds}} {{.Config.Env}} {{.HostConfig.Memory}}", "form-old").ok())
                .contains("form-kept:/kept form-old-srv-data:/srv/data", "MODE=new", "100663296");
    }

    private static String size() {
        return BERTH.docker("exec", "form-old", "stat", "-c", "%s", "/srv/data/only-here").out().strip();
    }

    private static String sum() {
        return BERTH.docker("exec", "form-old", "sha256sum", "/srv/data/only-here").ok();
    }
}
