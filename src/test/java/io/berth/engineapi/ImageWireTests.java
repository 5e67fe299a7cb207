package io.berth.engineapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.http.ApiVersion;
import io.berth.image.Image;
import io.berth.oci.Digest;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each version of the API has of an image. */
class ImageWireTests {

    private static final Digest ID = Digest.of(new byte[1]);

    private static Image image(String document, List<ImageReference> tags) {
        var config = ImageConfig.parse(document.getBytes(StandardCharsets.UTF_8));
        return new Image(ID, tags, List.of(), config, List.of(), 7, config.created() == null ? Instant.EPOCH : config.created(), null);
    }

    private static Wire inspect(String document, int minor, Path... foldersTopFirst) {
        return ImageWire.inspect(image(document, List.of()), List.of(foldersTopFirst), new ApiVersion(1, minor));
    }

    @Test
    void aDocumentOfDockerIsShownAsDockerShowsIt() {
        var document = """
                {"os":"linux","os.version":"10","architecture":"arm","variant":"v7","created":"2024-01-02T03:04:05Z","author":"me","docker_version":"20.10.1",
                 "comment":"top","config":{"User":"u","StopTimeout":5,"StopSignal":"SIGINT"},"rootfs":{"type":"layers","diff_ids":[]},
                 "history":[{"comment":"step"}]}""";
        assertThat(inspect(document, 51)).containsEntry("DockerVersion", "20.10.1").containsEntry("OsVersion", "10").containsEntry("Variant", "v7")
                .containsEntry("Comment", "top").containsEntry("Author", "me").containsEntry("Created", "2024-01-02T03:04:05.000000000Z");
        assertThat(inspect(document.replace("\"comment\":\"top\",", ""), 51)).containsEntry("Comment", "step");
    }

    @Test
    void fieldsEndWithTheirVersions() {
        var document = """
                {"os":"linux","architecture":"amd64","config":{"StopTimeout":5},"rootfs":{"type":"layers","diff_ids":[]}}""";
        assertThat(inspect(document, 24)).containsEntry("VirtualSize", 7L).containsEntry("Created", Wire.NEVER).containsKey("ContainerConfig");
        assertThat(inspect(document, 43)).containsEntry("VirtualSize", 7L).containsEntry("Created", Wire.NEVER);
        assertThat(inspect(document, 44)).doesNotContainKeys("VirtualSize", "Created").containsKey("ContainerConfig");
        assertThat(inspect(document, 45)).doesNotContainKey("ContainerConfig");
        assertThat((Wire) inspect(document, 49).get("Config")).containsEntry("Hostname", "").doesNotContainKey("StopTimeout");
        assertThat((Wire) inspect(document, 50).get("Config")).containsOnlyKeys("User", "Env", "Cmd", "Volumes", "WorkingDir", "Entrypoint", "OnBuild", "Labels");
        assertThat(inspect(document, 51)).doesNotContainKeys("OsVersion", "Variant").containsEntry("Parent", "").containsEntry("DockerVersion", "")
                .containsEntry("RepoTags", List.of()).containsEntry("Metadata", Wire.of("LastTagTime", Wire.NEVER));
    }

    @Test
    void layersAreNamedTopFirst() {
        var document = "{\"os\":\"linux\"}";
        assertThat(inspect(document, 51).get("GraphDriver")).isEqualTo(Map.of("Name", "overlay2", "Data", Map.of()));
        assertThat(inspect(document, 51, Path.of("/l/1")).get("GraphDriver")).isEqualTo(Map.of("Name", "overlay2", "Data", Map.of("UpperDir", "/l/1")));
        assertThat(inspect(document, 51, Path.of("/l/3"), Path.of("/l/2"), Path.of("/l/1")).get("GraphDriver"))
                .isEqualTo(Map.of("Name", "overlay2", "Data", Map.of("UpperDir", "/l/3", "LowerDir", "/l/2:/l/1")));
    }

    @Test
    void theListNamesWhatHasNoNameForOldClients() {
        var nameless = image("{\"os\":\"linux\"}", List.of());
        assertThat(listed(nameless, 42)).containsEntry("RepoTags", List.of("<none>:<none>")).containsEntry("RepoDigests", List.of("<none>@<none>"));
        assertThat(listed(nameless, 43)).containsEntry("RepoTags", List.of()).containsEntry("VirtualSize", 7L);
        assertThat(listed(nameless, 44)).doesNotContainKey("VirtualSize");
        assertThat(listed(image("{\"os\":\"linux\"}", List.of(ImageReference.parse("app:1"))), 42)).containsEntry("RepoTags", List.of("app:1")).containsEntry("RepoDigests", null);
    }

    private static Wire listed(Image image, int minor) {
        return ImageWire.listed(ImageWire.summary(image, ImageReferences.tags(image), -1, image.sizeBytes(), -1), new ApiVersion(1, minor));
    }
}
