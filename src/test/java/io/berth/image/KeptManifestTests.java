package io.berth.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageIndex;
import io.berth.oci.ImageReference;
import io.berth.oci.Manifest;
import io.berth.oci.MediaTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptManifestTests {

    private static final ImageReference HERE = ImageReference.parse("registry.example.org/app:1");
    private static final byte[] CONFIG = "{\"os\":\"linux\"}".getBytes(StandardCharsets.UTF_8);
    private static final Descriptor LAYER = layer("layer");

    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    private static Descriptor layer(String text) {
        return new Descriptor(MediaTypes.OCI_LAYER_GZIP, Digest.of(text.getBytes(StandardCharsets.UTF_8)), text.length());
    }

    private Descriptor keep(String mediaType, byte[] bytes) {
        return new Descriptor(mediaType, blobs.put(bytes), bytes.length);
    }

    private Descriptor manifest(Digest config, Descriptor... layers) {
        return keep(MediaTypes.OCI_MANIFEST, Manifest.ofOci(new Descriptor(MediaTypes.OCI_CONFIG, config, CONFIG.length), Arrays.asList(layers)).toJson());
    }

    private Descriptor index(Descriptor... manifests) {
        return keep(MediaTypes.OCI_INDEX, ImageIndex.ofOci(Arrays.asList(manifests)).toJson());
    }

    private StoredImage image(List<ImageReference> names, Descriptor... documents) {
        var layer = new StoredLayer(LAYER.digest(), LAYER, 1, 1);
        return new StoredImage(Digest.of(CONFIG), ImageConfig.parse(CONFIG), List.of(layer), names, null, Arrays.asList(documents));
    }

    @Test
    void theIndexThatLedToItIsFound() throws IOException {
        Descriptor manifest = manifest(Digest.of(CONFIG), LAYER);
        Descriptor index = index(manifest);
        KeptManifest kept = KeptManifest.of(image(List.of(), manifest, index), blobs, HERE);
        assertThat(kept.document().descriptor()).isEqualTo(manifest);
        assertThat(kept.index().descriptor()).isEqualTo(index);
        assertThat(kept.isOf(List.of(LAYER))).isTrue();
        assertThat(kept.isOf(List.of(layer("other form")))).isFalse();
    }

    @Test
    void whatTheRepositoryHasGoesBeforeWhatCameLast() throws IOException {
        Descriptor first = manifest(Digest.of(CONFIG), LAYER);
        Descriptor last = manifest(Digest.of(CONFIG), layer("other form"));
        assertThat(KeptManifest.of(image(List.of(), first, last), blobs, HERE).document().descriptor()).isEqualTo(last);
        assertThat(KeptManifest.of(image(List.of(HERE.withDigest(first.digest())), first, last), blobs, HERE).document().descriptor()).isEqualTo(first);
    }

    @Test
    void documentsOfOtherThingsAreNotIt() throws IOException {
        Descriptor attestation = manifest(Digest.of(new byte[1]), LAYER);
        Descriptor withMoreLayers = manifest(Digest.of(CONFIG), LAYER, LAYER);
        var gone = new Descriptor(MediaTypes.OCI_MANIFEST, Digest.of(new byte[2]), 2);
        assertThat(KeptManifest.of(image(List.of(), attestation, withMoreLayers, gone), blobs, HERE)).isNull();
    }
}
