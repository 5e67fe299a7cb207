package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What a pull would take is told before, and is what it takes then. */
class PullPlanIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final byte[] BUSYBOX = TestImages.busyboxRootfs();

    private final FakeRegistry registry = new FakeRegistry();
    private final AdminApi api = new AdminApi(BERTH);

    @AfterEach
    void nothingStays() {
        registry.close();
        BERTH.removeAndAudit();
        BERTH.docker("image", "prune", "-a", "-f").ok();
    }

    private String name(String rest) {
        return registry.authority() + "/" + rest;
    }

    private AdminApi.Answer ask(String reference) {
        return api.get("/images/plan?reference=" + URLEncoder.encode(reference, StandardCharsets.UTF_8));
    }

    private void pull(String reference) {
        String id = api.post("/images/pull", Map.of("reference", reference)).expect(202).path("id").asString();
        Eventually.holds(() -> "it is pulled: " + api.get("/operations/" + id).body(),
                () -> api.get("/operations/" + id).body().path("state").asString().equals("succeeded"));
    }

    /** Bytes of layers: those of the config come with the plan and again with the pull. */
    private long layerBytesSent(JsonNode plan) {
        return registry.blobBytes() - registry.blob(plan.path("id").asString()).length;
    }

    @Test
    void whatIsPlannedIsWhatTravels() {
        registry.image("app:1", List.of(BUSYBOX, FakeRegistry.noiseLayer("one", 300_000)));
        var first = ask(name("app:1")).expect(200);
        assertThat(first.path("layersHere").asInt()).isZero();
        assertThat(first.path("layers")).hasSize(2);
        assertThat(first.path("replacedId").isNull()).isTrue();
        assertThat(first.path("freeAfterBytes").asLong()).isEqualTo(first.path("freeBytes").asLong() - first.path("neededBytes").asLong());
        assertThat(BERTH.docker("images", "-q", name("app")).ok()).as("nothing is fetched by a plan").isEmpty();
        registry.forgetRequests();
        pull(name("app:1"));
        assertThat(layerBytesSent(first)).isEqualTo(first.path("fetchBytes").asLong());
        assertThat(BERTH.docker("inspect", "-f", "{{.Id}}", name("app:1")).ok()).isEqualTo(first.path("id").asString());

        assertThat(ask(name("app:1")).expect(200).path("fetchBytes").asLong()).isZero();
        BERTH.docker("create", "--name", "user", name("app:1")).ok();
        registry.image("app:1", List.of(BUSYBOX, FakeRegistry.noiseLayer("one", 300_000), FakeRegistry.noiseLayer("two", 20_000)));
        var second = ask(name("app:1")).expect(200);
        assertThat(second.path("layersHere").asInt()).isEqualTo(2);
        assertThat(second.path("replacedId").asString()).isEqualTo(first.path("id").asString());
        assertThat(second.path("replacedUsers").get(0).path("name").asString()).isEqualTo("user");
        registry.forgetRequests();
        pull(name("app:1"));
        assertThat(layerBytesSent(second)).isEqualTo(second.path("fetchBytes").asLong()).isBetween(20_000L, 30_000L);
    }

    @Test
    void whatAPullHasLeftNeedNotTravelAgain() {
        registry.image("half:1", List.of(FakeRegistry.noiseLayer("big", 4 << 20)));
        registry.misbehave(exchange -> {
            byte[] blob = registry.asked(exchange);
            if (blob == null || blob.length < 1 << 20) {
                return false;
            }
            // A half, and at the next try what is no answer at all: the pull gives up.
            if (!exchange.getRequestHeaders().containsKey("Range")) {
                FakeRegistry.sendPart(exchange, blob, blob.length / 2);
            } else {
                FakeRegistry.refuse(exchange, 403, "DENIED", "no more");
            }
            return true;
        });
        assertThat(BERTH.docker("pull", name("half:1")).exitCode()).isNotZero();
        registry.misbehave(exchange -> false);
        var plan = ask(name("half:1")).expect(200);
        long size = plan.path("layers").get(0).path("sizeBytes").asLong();
        assertThat(plan.path("fetchBytes").asLong()).isPositive().isLessThan(size);
        registry.forgetRequests();
        pull(name("half:1"));
        assertThat(layerBytesSent(plan)).isEqualTo(plan.path("fetchBytes").asLong());
    }

    @Test
    void whatCannotBePlannedIsToldWithItsReason() {
        assertThat(ask(name("none:1")).status()).isEqualTo(404);
        assertThat(ask(name("none:1")).detail()).contains("the registry " + registry.authority() + " has no " + name("none:1"));
        assertThat(ask("Not A Name").status()).isEqualTo(400);
        assertThat(api.get("/images/plan").detail()).contains("reference is missing");
        registry.image("app:1", List.of(BUSYBOX));
        assertThat(api.get("/images/plan?platform=linux/s390x&reference=" + name("none:1")).status()).isEqualTo(404);
        registry.misbehave(exchange -> {
            FakeRegistry.refuse(exchange, 403, "DENIED", "not for you");
            return true;
        });
        assertThat(ask(name("app:1")).status()).isEqualTo(403);
        assertThat(ask(name("app:1")).detail()).contains("not for you");
        String gone = name("app:1");
        registry.close();
        assertThat(ask(gone).status()).isEqualTo(502);
        assertThat(ask(gone).detail()).contains("cannot be asked");
    }
}
