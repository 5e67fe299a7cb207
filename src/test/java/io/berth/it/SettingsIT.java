package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Names, links, kernel settings and security options of containers: what they look like from inside, and what is refused. */
class SettingsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void linkedContainersAreKnownByName() {
        BERTH.docker("run", "-d", "--name", "db", "--expose", "5432", "-e", "SECRET=x", "--hostname", "dbhost", "busybox", "sh", "-c", "while :; do echo hello | nc -l -p 5432; done").ok();
        BERTH.docker("run", "-d", "--name", "web", "--link", "db:data", "--link", "db", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("inspect", "-f", "{{.HostConfig.Links}}", "web").ok()).isEqualTo("[/db:/web/data /db:/web/db]");
        assertThat(BERTH.docker("ps", "--no-trunc", "--filter", "name=db", "--format", "{{.Names}}").ok().split(",")).containsExactlyInAnyOrder("db", "web/data", "web/db");
        assertThat(BERTH.docker("exec", "web", "sh", "-c", "nc -w 5 data 5432 </dev/null").ok()).isEqualTo("hello");
        assertThat(BERTH.docker("exec", "web", "cat", "/etc/hosts").ok()).containsPattern("(?m)^[0-9.]+\tdata dbhost db$").containsPattern("(?m)^[0-9.]+\tdb dbhost$");
        assertThat(BERTH.docker("exec", "web", "env").ok().lines()).contains("DATA_NAME=/web/data", "DATA_ENV_SECRET=x", "DATA_PORT_5432_TCP_PORT=5432");
        var before = hostOf("web", "data");
        BERTH.docker("stop", "-t", "0", "db").ok();
        BERTH.docker("run", "-d", "--name", "squatter", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("restart", "-t", "0", "web").expect(1).err()).contains("Cannot link to a non running container: /db AS /web/data");
        BERTH.docker("start", "db", "web").ok();
        BERTH.docker("restart", "-t", "0", "db").ok();
        var ip = BERTH.docker("inspect", "-f", "{{.NetworkSettings.Networks.bridge.IPAddress}}", "db").ok();
        assertThat(hostOf("web", "data")).isEqualTo(ip).isNotEqualTo(before);
        assertThat(BERTH.docker("exec", "web", "sh", "-c", "nc -w 5 data 5432 </dev/null").ok()).isEqualTo("hello");
        BERTH.docker("rm", "--link", "web/data").ok();
        assertThat(BERTH.docker("inspect", "-f", "{{.HostConfig.Links}}", "web").ok()).isEqualTo("[/db:/web/db]");
        assertThat(BERTH.docker("exec", "web", "cat", "/etc/hosts").ok()).doesNotContain("data");
        assertThat(BERTH.docker("rm", "--link", "web/data").expect(1).err()).contains("No such container");
        assertThat(BERTH.docker("rm", "--link", "web").expect(1).err()).contains("cannot remove the default link name of the container");
        BERTH.docker("rm", "-f", "db", "squatter").ok();
        BERTH.docker("restart", "-t", "0", "web").ok();
        BERTH.docker("rm", "-f", "web").ok();
    }

    private static String hostOf(String container, String name) {
        return BERTH.docker("exec", container, "sh", "-c", "grep '\t" + name + "' /etc/hosts | cut -f 1").ok();
    }

    @Test
    void linksToNobodyAreRefused() {
        assertThat(BERTH.docker("create", "--link", "nobody:x", "busybox").expect(1).err()).contains("could not get container for nobody: No such container: nobody");
        assertThat(BERTH.docker("create", "--network", "host", "--link", "nobody:x", "busybox").expect(1).err()).contains("host type networking can't be used with links");
    }
}
