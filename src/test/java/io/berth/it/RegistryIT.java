package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Against a registry that others use: without and with TLS and passwords. */
class RegistryIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @TempDir
    Path folder;

    @AfterEach
    void nothingStays() {
        BERTH.docker("image", "prune", "-a", "-f").ok();
        BERTH.removeAndAudit();
    }

    @Test
    void plainRegistryOnTheLoopback() {
        try (var images = new FakeRegistry(); var registry = new DebianRegistry(folder, false)) {
            var layers = List.of(TestImages.busyboxRootfs(), FakeRegistry.layer(Map.of("hello", "there".getBytes())));
            var manifest = images.image("any:1", layers);
            registry.upload("team/app", "1", manifest, images);
            String name = registry.authority("localhost") + "/team/app:1";
            assertThat(BERTH.docker("run", "--rm", name, "cat", "/hello").ok()).isEqualTo("there");
            assertThat(BERTH.docker("inspect", "-f", "{{index .RepoDigests 0}}", name).ok()).endsWith("@" + manifest.digest());
            assertThat(BERTH.docker("manifest", "inspect", "--insecure", name).ok()).contains(FakeRegistry.LAYER);
            assertThat(BERTH.docker("pull", registry.authority("localhost") + "/team/app:2").expect(1).err()).contains("not found: manifest unknown");
        }
    }

    @Test
    void withTlsAndAPassword() {
        try (var images = new FakeRegistry(); var registry = new DebianRegistry(folder, true)) {
            registry.upload("secret", "1", images.image("any:1", List.of(TestImages.busyboxRootfs())), images);
            String authority = registry.authority("127.0.0.1");
            assertThat(BERTH.docker("pull", authority + "/secret:1").expect(1).err()).contains("pull access denied for " + authority + "/secret");
            assertThat(BERTH.dockerWithInput("wrong".getBytes(), "login", "-u", "user", "--password-stdin", authority).expect(1).err()).contains("401");
            BERTH.dockerWithInput("hush".getBytes(), "login", "-u", "user", "--password-stdin", authority).expect(0);
            BERTH.docker("pull", authority + "/secret:1").ok();
            assertThat(BERTH.docker("run", "--rm", authority + "/secret:1", "echo", "in").ok()).isEqualTo("in");
            BERTH.docker("logout", authority).ok();
        }
    }

    /** Only registries on a loopback address need no certificate that somebody vouches for. */
    @Test
    void certificatesAreChecked() throws IOException {
        String address = "198.18.%d.%d".formatted(ProcessHandle.current().pid() % 250, 1 + ProcessHandle.current().pid() / 250 % 250);
        Command.run("ip", "address", "add", address + "/32", "dev", "lo").ok();
        try (var images = new FakeRegistry(); var registry = new DebianRegistry(folder, true, address)) {
            registry.upload("app", "1", images.image("any:1", List.of(TestImages.busyboxRootfs())), images);
            String name = registry.authority(address) + "/app:1";
            BERTH.stop();
            Path certificates = Files.createDirectories(BERTH.home().resolve("certificates/" + registry.authority(address)));
            BERTH.start(List.of("--berth.registry.certificates=" + certificates.getParent()));
            assertThat(BERTH.docker("pull", name).expect(1).err()).contains("tls: failed to verify certificate: x509: certificate signed by unknown authority")
                    .contains("berth.registry.certificates");
            assertThat(BERTH.dockerWithInput("hush".getBytes(), "login", "-u", "user", "--password-stdin", registry.authority(address)).expect(1).err())
                    .contains("x509: certificate signed by unknown authority");
            Files.copy(registry.certificate(), certificates.resolve("ca.crt"));
            BERTH.dockerWithInput("hush".getBytes(), "login", "-u", "user", "--password-stdin", registry.authority(address)).expect(0);
            BERTH.docker("pull", name).ok();
            BERTH.docker("logout", registry.authority(address)).ok();
        } finally {
            Command.run("ip", "address", "del", address + "/32", "dev", "lo").ok();
            BERTH.stop();
            BERTH.start();
        }
    }

    @Test
    void imagesComeBackAsTheyWent() {
        try (var debian = new DebianRegistry(folder, false)) {
            String name = debian.authority("localhost") + "/team/app";
            TestImages.importAs(BERTH, name + ":1", TestImages.busyboxRootfs());
            var pushed = BERTH.docker("push", name + ":1").ok();
            assertThat(pushed).contains("Pushed", "1: digest: sha256:");
            assertThat(BERTH.docker("push", name + ":1").ok()).contains("Layer already exists").doesNotContain("Pushed");
            BERTH.docker("tag", name + ":1", debian.authority("localhost") + "/copy:1").ok();
            assertThat(BERTH.docker("push", debian.authority("localhost") + "/copy:1").ok()).contains("Mounted from team/app").doesNotContain("Pushed");
            var id = BERTH.docker("inspect", "-f", "{{.Id}}", name + ":1").ok();
            BERTH.docker("rmi", "-f", id).ok();
            BERTH.docker("pull", name + ":1").ok();
            assertThat(BERTH.docker("inspect", "-f", "{{.Id}}", name + ":1").ok()).isEqualTo(id);
        }
    }

    @Test
    void pushesNeedThePasswordToo() {
        try (var debian = new DebianRegistry(folder, true)) {
            String name = debian.authority("127.0.0.1") + "/secret";
            TestImages.importAs(BERTH, name + ":1", TestImages.busyboxRootfs());
            assertThat(BERTH.docker("push", name + ":1").expect(1).err()).contains("authentication required");
            BERTH.dockerWithInput("hush".getBytes(), "login", "-u", "user", "--password-stdin", debian.authority("127.0.0.1")).expect(0);
            assertThat(BERTH.docker("push", name + ":1").ok()).contains("1: digest: sha256:");
            BERTH.docker("logout", debian.authority("127.0.0.1")).ok();
        }
    }
}
