package io.berth.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTests {

    private static final String D1 = "sha256:" + "1".repeat(64);
    private static final String D2 = "sha256:" + "2".repeat(64);

    @Test
    void configOfDockerIsRead() {
        var config = ImageConfig.parse(bytes("""
                {"architecture":"amd64","os":"linux","created":"2024-05-01T10:00:00.123456789Z","docker_version":"x","container_config":{"Cmd":["no"]},
                 "config":{"Env":["PATH=/bin","BROKEN","=x"],"Cmd":["sh"],"Entrypoint":null,"ExposedPorts":{"80/tcp":{}},"Volumes":{"/data":{}},
                  "WorkingDir":"/w","Labels":{"a":"b","n":null},"User":"1000","StopSignal":"SIGINT","Healthcheck":{"Test":["CMD","true"],"Interval":5000000000}},
                 "rootfs":{"type":"layers","diff_ids":["%s","%s"]},
                 "history":[{"created":"2024-05-01T10:00:00Z","created_by":"ADD x"},{"created_by":"CMD","empty_layer":true}]}
                """.formatted(D1, D2)));
        assertThat(config.platform()).hasToString("linux/amd64");
        assertThat(config.created()).isEqualTo(Instant.parse("2024-05-01T10:00:00.123456789Z"));
        assertThat(config.diffIds()).containsExactly(Digest.parse(D1), Digest.parse(D2));
        var run = config.config();
        assertThat(run.env()).containsExactly("PATH=/bin");
        assertThat(run.cmd()).containsExactly("sh");
        assertThat(run.entrypoint()).isNull();
        assertThat(run.exposedPorts()).containsExactly("80/tcp");
        assertThat(run.volumes()).containsExactly("/data");
        assertThat(run.labels()).isEqualTo(Map.of("a", "b"));
        assertThat(run.healthcheck()).isEqualTo(new Healthcheck(List.of("CMD", "true"), 5_000_000_000L, 0, 0, 0, 0));
        assertThat(config.history()).extracting(HistoryEntry::emptyLayer).containsExactly(false, true);
    }

    @Test
    void writtenConfigIsReadAgainAsItWas() {
        var run = new RunConfig("u", java.util.Set.of("80/tcp"), List.of("A=b"), List.of(), List.of("sh"), java.util.Set.of("/v"), "/w",
                Map.of("l", "v"), "SIGTERM", 5, new Healthcheck(List.of("NONE"), 0, 0, 0, 0, 3), List.of("/bin/sh"), List.of("RUN x"));
        var config = new ImageConfig(Instant.parse("2024-01-01T00:00:00Z"), "me", "amd64", "", "linux", run,
                new ImageConfig.RootFs(List.of(Digest.parse(D1))), List.of(new HistoryEntry(Instant.EPOCH, "", "by", "c", false)));
        assertThat(ImageConfig.parse(config.toJson())).isEqualTo(config);
        assertThat(new String(config.toJson(), StandardCharsets.UTF_8)).contains("\"created\":\"2024-01-01T00:00:00Z\"")
                .contains("\"ExposedPorts\":{\"80/tcp\":{}}").contains("\"Entrypoint\":[]").doesNotContain("\"variant\"");
    }

    @Test
    void whatIsOnlyShownIsReadAndNotWritten() {
        var config = ImageConfig.parse(bytes("""
                {"os":"linux","os.version":"10","docker_version":"20.10.1","comment":"made","rootfs":{"type":"layers","diff_ids":[]}}"""));
        assertThat(config.extra()).isEqualTo(new ImageConfig.Extra("10", "20.10.1", "made"));
        assertThat(new String(config.toJson(), StandardCharsets.UTF_8)).doesNotContain("extra").doesNotContain("20.10.1");
    }

    @Test
    void emptyConfigIsWrittenWithoutNoise() {
        var config = new ImageConfig(null, "", "amd64", "", "linux", RunConfig.EMPTY, new ImageConfig.RootFs(List.of()), List.of());
        assertThat(new String(config.toJson(), StandardCharsets.UTF_8))
                .contains("\"config\":{}").contains("\"rootfs\":{\"type\":\"layers\"").doesNotContain("null");
        assertThat(ImageConfig.parse(config.toJson())).isEqualTo(config);
    }

    @Test
    void manifestIsReadAndWritten() {
        var manifest = Manifest.parse(bytes("""
                {"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":10},
                 "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":20}]}""".formatted(D1, D2)));
        assertThat(manifest.layers()).extracting(Descriptor::size).containsExactly(20L);
        assertThat(Manifest.parse(manifest.toJson())).isEqualTo(manifest);
        var index = ImageIndex.ofOci(List.of(new Descriptor(MediaTypes.OCI_MANIFEST, Digest.parse(D1), 5)
                .withPlatform(new Platform("linux", "amd64", null)).withAnnotations(Map.of("k", "v"))));
        assertThat(ImageIndex.parse(index.toJson())).isEqualTo(index);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "null", "[]", "1", "{", "{} x", "{\"schemaVersion\":2}",
        "{\"schemaVersion\":1,\"config\":{\"digest\":\"D1\",\"size\":1}}",
        "{\"schemaVersion\":2,\"schemaVersion\":2,\"config\":{\"digest\":\"D1\",\"size\":1}}",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"D1\",\"size\":1},\"manifests\":[]}",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:../x\",\"size\":1}}",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"D1\",\"size\":-1}}",
        "{\"schemaVersion\":2,\"mediaType\":\"text/html\",\"config\":{\"digest\":\"D1\",\"size\":1}}",
    })
    void ambiguousOrBrokenManifestIsRefused(String text) {
        assertThatThrownBy(() -> Manifest.parse(bytes(text.replace("D1", D1)))).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("manifest");
    }

    @Test
    void sizesAreLimited() {
        assertThatThrownBy(() -> Manifest.parse(new byte[Manifest.MAX_BYTES + 1])).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("more than the limit of 4194304");
        assertThatThrownBy(() -> ImageConfig.parse(new byte[ImageConfig.MAX_BYTES + 1])).isInstanceOf(InvalidArgumentException.class);
        var diffIds = "\"" + D1 + "\"" + (",\"" + D1 + "\"").repeat(256);
        assertThatThrownBy(() -> ImageConfig.parse(bytes("{\"rootfs\":{\"diff_ids\":[" + diffIds + "]}}")))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("257 layers, more than the limit of 256");
        assertThatThrownBy(() -> ImageConfig.parse(bytes("{\"x\":".repeat(100) + "1" + "}".repeat(100))))
                .isInstanceOf(InvalidArgumentException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
