package io.berth.storage;

import io.berth.ffi.Native;
import io.berth.instance.Instance;
import io.berth.instance.SubordinateIds;
import java.io.IOException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Opens the stores below the data root of this instance. */
@Configuration(proxyBeanMethods = false)
class StorageConfiguration {

    @Bean
    BlobStore blobStore(Instance instance) {
        return new FileBlobStore(new StorageLayout(instance.dataRoot()));
    }

    @Bean
    OverlaySnapshotter snapshotter(Instance instance, SubordinateIds ids) throws IOException {
        Native.load(instance.dataRoot().resolve("native"));
        return new OverlaySnapshotter(new StorageLayout(instance.dataRoot()), ids.map().orElse(null));
    }
}
