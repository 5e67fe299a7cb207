package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.berth.it.FakeRegistry.Layer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every format that images come in is pulled, and what is no image, or none for this host, is refused by name. */
class PullFormatsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final byte[] BUSYBOX = TestImages.busyboxRootfs();
    private static final byte[] DATA = FakeRegistry.noiseLayer("data", 5000);
    private static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private static final String PLAIN_LAYER = "application/vnd.oci.image.layer.v1.tar";

    private final FakeRegistry registry = new FakeRegistry();

    @AfterEach
    void nothingStays() {
        registry.close();
        if (!BERTH.docker("images", "-q").ok().isEmpty()) {
            BERTH.docker("image", "prune", "-a", "-f").ok();
        }
        BERTH.removeAndAudit();
    }

    private String put(String name, FakeRegistry.Content document) {
        registry.put(name, document);
        return registry.authority() + "/" + name;
    }

    private FakeRegistry.Content oci(Layer... layers) {
        return registry.manifest(FakeRegistry.MANIFEST, OCI_CONFIG, List.of(layers), "linux", FakeRegistry.ARCHITECTURE);
    }

    @Test
    void layersComeInAllCompressions() {
        var one = FakeRegistry.noiseLayer("one", 4000);
        var two = FakeRegistry.noiseLayer("two", 3000);
        var manifest = oci(Layer.gzipped(BUSYBOX), new Layer(PLAIN_LAYER + "+zstd", one, Zstd.compress(one)), new Layer(PLAIN_LAYER, two, two));
        String name = put("mixed:1", manifest);
        BERTH.docker("pull", name).ok();
        assertThat(BERTH.docker("run", "--rm", name, "sha256sum", "/one", "/two").ok())
                .contains(FakeRegistry.sha256(FakeRegistry.noise(4000)), FakeRegistry.sha256(FakeRegistry.noise(3000)));
        assertThat(BERTH.docker("inspect", "-f", "{{json .RootFS.Layers}}", name).ok())
                .isEqualTo("[\"sha256:" + FakeRegistry.sha256(BUSYBOX) + "\",\"sha256:" + FakeRegistry.sha256(one) + "\",\"sha256:" + FakeRegistry.sha256(two) + "\"]");
    }

    @Test
    void manifestsOfDockerAreImagesToo() {
        var manifest = registry.manifest(DOCKER_MANIFEST, DOCKER_CONFIG, List.of(new Layer(DOCKER_LAYER, BUSYBOX, FakeRegistry.gzip(BUSYBOX))),
                "linux", FakeRegistry.ARCHITECTURE);
        var list = "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.list.v2+json\",\"manifests\":["
                + FakeRegistry.descriptor(DOCKER_MANIFEST, manifest.bytes()).replaceFirst("}$",
                        ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + FakeRegistry.ARCHITECTURE + "\"}}") + "]}";
        put("old:1", manifest);
        var index = new FakeRegistry.Content("application/vnd.docker.distribution.manifest.list.v2+json", list.getBytes(StandardCharsets.UTF_8));
        String name = put("old:2", index);
        assertThat(BERTH.docker("pull", name).ok()).contains("Digest: " + index.digest());
        assertThat(BERTH.docker("run", "--rm", name, "echo", "runs").ok()).isEqualTo("runs");
    }

    @Test
    void foreignLayersAreNotFetchedFromElsewhere() {
        refused(put("foreign:1", oci(Layer.gzipped(BUSYBOX), new Layer("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", DATA, FakeRegistry.gzip(DATA)))),
                "is not distributed by the registry");
        refused(put("foreign:2", oci(new Layer("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", DATA, FakeRegistry.gzip(DATA)))),
                "is not distributed by the registry");
        refused(put("foreign:3", oci(new Layer("text/html", DATA, FakeRegistry.gzip(DATA)))), "is of an unknown kind: text/html");
    }

    @Test
    void whatIsNoImageIsNotRun() {
        refused(put("chart:1", registry.manifest(FakeRegistry.MANIFEST, "application/vnd.cncf.helm.config.v1+json", List.of(), "linux", "")),
                "is no image: its content is application/vnd.cncf.helm.config.v1+json");
        refused(put("old:1", new FakeRegistry.Content("application/vnd.docker.distribution.manifest.v1+prettyjws", "{}".getBytes(StandardCharsets.UTF_8))),
                "Docker Image manifest version 2, schema 1 is not supported");
        refused(put("other:1", registry.manifest(FakeRegistry.MANIFEST, OCI_CONFIG, List.of(Layer.gzipped(DATA)), "windows", FakeRegistry.ARCHITECTURE)),
                "image operating system \"windows\" cannot be used on this platform");
    }

    @Test
    void configsThatLieAreFoundOut() {
        refused(put("liar:1", oci(new Layer(FakeRegistry.LAYER, BUSYBOX, FakeRegistry.gzip(DATA)))),
                "layer has digest sha256:" + FakeRegistry.sha256(DATA) + " instead of sha256:" + FakeRegistry.sha256(BUSYBOX));
        var honest = new String(oci(Layer.gzipped(BUSYBOX), Layer.gzipped(DATA)).bytes(), StandardCharsets.UTF_8);
        var shorter = honest.replaceFirst("(\"layers\":\\[\\{[^}]*\\}),.*", "$1]}");
        refused(put("liar:2", new FakeRegistry.Content(FakeRegistry.MANIFEST, shorter.getBytes(StandardCharsets.UTF_8))),
                "layers length mismatch: expected 2, got 1");
        refused(put("liar:3", oci(new Layer(FakeRegistry.LAYER, BUSYBOX, "no tar at all".repeat(100).getBytes(StandardCharsets.UTF_8)))), "layer sha256:");
    }

    private static void refused(String name, String words) {
        assertThat(BERTH.docker("pull", name).expect(1).err()).as(name).contains(words);
        assertThat(BERTH.docker("images", "--format", "{{.Repository}}").ok()).as(name).doesNotContain(name.substring(0, name.lastIndexOf(':')));
    }
}
