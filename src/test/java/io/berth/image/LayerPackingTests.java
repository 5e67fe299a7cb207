package io.berth.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.MediaTypes;
import java.io.IOException;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class LayerPackingTests {

    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    @Test
    void aLayerIsCompressedToTheSameBytesEachTime() throws IOException {
        var tar = new byte[300_000];
        new Random(1).nextBytes(tar);
        byte[] stored = Zstd.compress(tar);
        var layer = new StoredLayer(Digest.of(tar), new Descriptor(MediaTypes.OCI_LAYER_ZSTD, blobs.put(stored), stored.length), tar.length, 0);
        try (var first = LayerPacking.gzip(blobs, layer, read -> { }); var second = LayerPacking.gzip(blobs, layer, read -> { })) {
            assertThat(first.digest()).isEqualTo(second.digest());
            byte[] packed = first.open().readAllBytes();
            assertThat(packed).hasSize((int) first.size());
            assertThat(packed[3]).as("no name, no comment").isZero();
            assertThat(new byte[] {packed[4], packed[5], packed[6], packed[7]}).as("no time").containsOnly(0);
            assertThat(new GZIPInputStream(first.open()).readAllBytes()).isEqualTo(tar);
        }
    }
}
