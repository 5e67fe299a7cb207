package io.berth.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.ConflictException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.instance.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class RegistryLoginsTests {

    private static final Secret HUSH = new Secret("hush-hush");

    @TempDir
    Path dataRoot;
    private RegistryLogins logins;

    @BeforeEach
    void open() {
        logins = new RegistryLogins(null, new Instance("berth", dataRoot, Path.of("/run/b"), ""), Clock.systemUTC());
    }

    private Path key() {
        return dataRoot.resolve("registry-logins.key");
    }

    private Path file() {
        return dataRoot.resolve("registry-logins.json");
    }

    @Test
    void eachAccountHasItsOwnForEachRegistry() {
        logins.save("ann", "https://index.docker.io/v1/", "ann-at-hub", HUSH, false);
        logins.save("ann", "reg.example:5000", "ann-there", new Secret("other"), false);
        assertThat(logins.find("ann", "docker.io")).isEqualTo(new RegistryCredentials("ann-at-hub", "hush-hush", "", ""));
        assertThat(logins.find("ann", "reg.example:5000")).isEqualTo(new RegistryCredentials("ann-there", "other", "", ""));
        assertThat(logins.find("ann", "reg.example")).as("another port is another registry").isNull();
        assertThat(logins.find("bob", "docker.io")).isNull();
        assertThat(logins.list("bob")).isEmpty();
        assertThat(logins.list("ann")).extracting(RegistryLogins.Login::registry).containsExactly("docker.io", "reg.example:5000");
        logins.save("ann", "docker.io", "again", HUSH, false);
        assertThat(logins.list("ann")).extracting(RegistryLogins.Login::username).containsExactly("again", "ann-there");
        logins.remove("ann", "docker.io");
        assertThat(logins.find("ann", "docker.io")).isNull();
        assertThatThrownBy(() -> logins.remove("bob", "reg.example:5000")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void filesTellNothingAndAreTheOwnersAlone() throws IOException {
        logins.save("ann", "docker.io", "ann", HUSH, false);
        assertThat(Files.readString(file())).contains("docker.io").doesNotContain("hush");
        for (Path path : new Path[] {file(), key()}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
        }
        assertThat(Files.size(key())).isEqualTo(32);
    }

    @Test
    void lostKeyIsToldAndTheLoginCanBeGivenAnew() throws IOException {
        logins.save("ann", "docker.io", "ann", HUSH, false);
        logins.save("ann", "reg.example", "ann", HUSH, false);
        Files.delete(key());
        assertThatThrownBy(() -> logins.find("ann", "docker.io")).isInstanceOf(ConflictException.class)
                .hasMessageContaining("the login of ann for docker.io cannot be read and has to be given anew: the key").hasMessageContaining("is gone");
        assertThat(logins.list("ann")).extracting(RegistryLogins.Login::readable).containsExactly(false, false);
        assertThat(logins.save("ann", "docker.io", "ann", HUSH, false).readable()).isTrue();
        assertThat(logins.find("ann", "docker.io")).isNotNull();
        assertThatThrownBy(() -> logins.find("ann", "reg.example")).isInstanceOf(ConflictException.class).hasMessageContaining("another key");
        assertThat(logins.list("ann")).extracting(RegistryLogins.Login::readable).containsExactly(true, false);
    }

    @Test
    void secretIsOpenedAtItsOwnPlaceAlone() throws IOException {
        logins.save("ann", "docker.io", "ann", HUSH, false);
        String kept = Files.readString(file());
        for (String moved : new String[] {kept.replace("\"owner\":\"ann\"", "\"owner\":\"bob\""), kept.replace("docker.io", "evil.example"),
                kept.replace("\"username\":\"ann\"", "\"username\":\"eve\"")}) {
            assertThat(moved).isNotEqualTo(kept);
            Files.writeString(file(), moved);
            String owner = moved.contains("bob") ? "bob" : "ann";
            String registry = moved.contains("evil") ? "evil.example" : "docker.io";
            assertThatThrownBy(() -> logins.find(owner, registry)).isInstanceOf(ConflictException.class);
        }
    }

    @Test
    void whatCanBeNoLoginIsRefused() {
        assertThatThrownBy(() -> logins.save("ann", "docker.io", "", HUSH, false)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> logins.save("ann", "docker.io", "a:b", HUSH, false)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> logins.save("ann", "docker.io", "ann", new Secret(""), false)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> logins.save("ann", "no registry", "ann", HUSH, false)).isInstanceOf(InvalidArgumentException.class);
        assertThat(key()).doesNotExist();
    }

    @Test
    void secretIsShownNowhere() {
        assertThat(HUSH.toString()).isEqualTo("***");
        assertThat(new JsonMapper().writeValueAsString(HUSH)).isEqualTo("\"***\"");
        assertThat(new JsonMapper().readValue("\"hush-hush\"", Secret.class).reveal()).isEqualTo("hush-hush");
    }
}
