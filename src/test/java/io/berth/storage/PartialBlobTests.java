package io.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartialBlobTests {

    private static final byte[] BYTES = "a blob that comes in two goes".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path dataRoot;

    @Test
    void whatIsThereOfABlobIsKnownWithoutOpeningIt() throws IOException {
        var blobs = new FileBlobStore(new StorageLayout(dataRoot));
        var digest = Digest.of(BYTES);
        assertThat(blobs.partialBytes(digest)).isZero();
        try (var partial = blobs.partial(digest)) {
            partial.write(BYTES, 0, 7);
        }
        assertThat(blobs.partialBytes(digest)).isEqualTo(7);
        assertThat(new FileBlobStore(new StorageLayout(dataRoot)).partialBytes(digest)).as("after a restart").isEqualTo(7);
        try (var partial = blobs.partial(digest)) {
            partial.write(BYTES, 7, BYTES.length - 7);
            try (var whole = partial.complete()) {
                whole.commit();
            }
        }
        assertThat(blobs.partialBytes(digest)).isZero();
        assertThat(blobs.has(digest)).isTrue();
    }
}
