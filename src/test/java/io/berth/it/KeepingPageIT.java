package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a container's data, its files and its history, in a browser: the scripts of frontend/e2e do and check what a user would. */
class KeepingPageIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @AfterEach
    void removeAll() {
        BERTH.removeAndAudit();
        BERTH.docker("volume", "ls", "-q").ok().lines().filter(name -> !name.isEmpty()).forEach(name -> BERTH.docker("volume", "rm", name).ok());
    }

    @Test
    void userIsWarnedRescuesAndPrunes() throws IOException {
        BERTH.docker("run", "-d", "--name", "keep-web", "--stop-signal", "SIGKILL", "busybox", "sh", "-c", """
                mkdir -p /var/lib/postgresql/pg_wal /srv/notes; cd /var/lib/postgresql; [ -e PG_VERSION ] || head -c 50m /dev/urandom > big; chown 70:70 big; chmod 600 big
                touch PG_VERSION; [ -e /srv/notes/note ] || echo remember this > /srv/notes/note; touch /ready; exec sleep 10000""").ok();
        BERTH.docker("run", "--name", "keep-done", "busybox", "sh", "-c", "mkdir /work; head -c 300000 /dev/zero > /work/file").ok();
        BERTH.docker("create", "--name", "keep-empty", "busybox").ok();
        Eventually.holds("it has written", () -> BERTH.docker("exec", "keep-web", "test", "-e", "/ready").exitCode() == 0);
        var looks = new String[] {"exec", "keep-web", "sh", "-c", "sha256sum /var/lib/postgresql/big; stat -c '%a %u:%g %Y' /var/lib/postgresql/big"};
        var before = BERTH.docker(looks).ok();
        BrowserScript.run(BERTH, "rescue.mjs", "keep");
        assertThat(BERTH.docker(looks).ok()).isEqualTo(before);
        assertThat(BERTH.docker("inspect", "-f", "{{range .Mounts}}{{.Type}} {{.Name}} {{.Destination}}{{end}}", "keep-web").ok()).isEqualTo("volume keep-kept /var/lib/postgresql");
        BERTH.docker("rm", "-f", "keep-web").ok();
        assertThat(BERTH.docker("run", "--rm", "-v", "keep-kept:/var/lib/postgresql", "busybox", "sha256sum", "/var/lib/postgresql/big").ok())
                .isEqualTo(before.lines().findFirst().orElseThrow());
    }

    @Test
    void userReadsAndChangesFilesAndLooksBack() throws IOException {
        BERTH.docker("run", "-d", "--name", "room-old", "-v", "room-data:/data", "--stop-timeout", "1", "busybox", "sh", "-c", """
                mkdir -p /srv/site; cd /srv/site; printf '[site]\\nport = 80\\n' > config.ini; chown 12:34 config.ini; chmod 640 config.ini; head -c 100 /dev/zero > bytes
                printf 'one\\r\\ntwo\\r\\n' > windows; ln -s /srv/site/config.ini conf; echo inner > /data/inner
                printf x > "<img src=x onerror=alert(1)>$(printf '\\342\\200\\256')"; touch /ready; exec sleep 10000""").ok();
        BERTH.docker("run", "--name", "room-still", "busybox", "sh", "-c", "mkdir /srv; echo written before > /srv/note").ok();
        Eventually.holds("it has written", () -> BERTH.docker("exec", "room-old", "test", "-e", "/ready").exitCode() == 0);
        BERTH.docker("rename", "room-old", "room-web").ok();
        BERTH.docker("exec", "room-web", "sh", "-c", "exit 3").expect(3);
        BrowserScript.run(BERTH, "files.mjs", "room");
        assertThat(BERTH.docker("cp", "room-still:/srv/into-stopped", "-").ok()).contains("into-stopped");
    }
}
