package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Logins of the dashboard's accounts: checked, kept encrypted, sent to their registry alone. */
class RegistryLoginsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final String PASSWORD = "a-password-that-is-long-enough-to-be-found";
    private static final String BASIC = "Basic " + Base64.getEncoder().encodeToString(("user:" + PASSWORD).getBytes(StandardCharsets.UTF_8));

    private final FakeRegistry registry = new FakeRegistry();
    private final FakeRegistry stranger = new FakeRegistry();
    private final AdminApi api = new AdminApi(BERTH);

    RegistryLoginsIT() {
        registry.image("private:1", List.of(FakeRegistry.layer(Map.of("a", new byte[1000]))));
        registry.misbehave(exchange -> FakeRegistry.refusesStranger(exchange, BASIC));
        stranger.image("public:1", List.of(FakeRegistry.layer(Map.of("a", new byte[1000]))));
    }

    @AfterEach
    void nothingStays() {
        registry.close();
        stranger.close();
        BERTH.docker("image", "prune", "-a", "-f").ok();
        BERTH.removeAndAudit();
    }

    private String login() {
        return "/registries/" + registry.authority();
    }

    private AdminApi.Answer plan(FakeRegistry at, String name) {
        return api.get("/images/plan?reference=" + at.authority() + "/" + name);
    }

    @Test
    void loginIsCheckedKeptAndUsedForItsRegistryAlone() throws IOException {
        assertThat(plan(registry, "private:1").status()).isEqualTo(403);
        var refused = api.put(login(), Map.of("username", "user", "password", "wrong-" + PASSWORD));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.detail()).contains("does not take this username and password").doesNotContain(PASSWORD);
        assertThat(api.put("/registries/127.0.0.1:1", Map.of("username", "user", "password", PASSWORD)).status()).isEqualTo(502);
        assertThat(api.get("/registries").expect(200).path("items")).isEmpty();

        assertThat(api.put(login(), Map.of("username", "user", "password", PASSWORD)).expect(200).toString()).contains("user").doesNotContain(PASSWORD);
        assertThat(api.get("/registries").expect(200).toString()).contains(registry.authority()).doesNotContain(PASSWORD);
        plan(registry, "private:1").expect(200);
        plan(stranger, "public:1").expect(200);
        assertThat(stranger.requests()).allMatch(request -> request.authorization().isEmpty());
        assertThat(BERTH.docker("pull", registry.authority() + "/private:1").exitCode()).as("a client of the socket is nobody's account").isNotZero();

        BERTH.stop();
        BERTH.start();
        String id = api.post("/images/pull", Map.of("reference", registry.authority() + "/private:1")).expect(202).path("id").asString();
        Eventually.holds("it is pulled", () -> api.get("/operations/" + id).body().path("state").asString().equals("succeeded"));
        assertThat(SecretsIT.filesWith(BERTH.home(), PASSWORD)).isEmpty();
        assertThat(SecretsIT.filesWith(BERTH.home(), BASIC.substring("Basic ".length()))).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(BERTH.dataRoot().resolve("registry-logins.key")))).isEqualTo("rw-------");

        Files.delete(BERTH.dataRoot().resolve("registry-logins.key"));
        assertThat(plan(registry, "private:1").status()).isEqualTo(409);
        assertThat(plan(registry, "private:1").detail()).contains("has to be given anew");
        assertThat(api.get("/registries").expect(200).path("items").get(0).path("readable").asBoolean()).isFalse();
        api.put(login(), Map.of("username", "user", "password", PASSWORD)).expect(200);
        plan(registry, "private:1").expect(200);
        api.delete(login()).expect(204);
        assertThat(plan(registry, "private:1").status()).isEqualTo(403);
        assertThat(api.delete(login()).status()).isEqualTo(404);
    }

    @Test
    void loginIsKeptUncheckedWhenThatIsAskedFor() {
        api.put(login() + "?check=false", Map.of("username", "user", "password", "wrong")).expect(200);
        assertThat(plan(registry, "private:1").status()).isEqualTo(403);
        api.delete(login()).expect(204);
    }
}
