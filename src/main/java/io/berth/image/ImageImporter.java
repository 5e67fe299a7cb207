package io.berth.image;

import io.berth.oci.ImageReference;
import io.berth.oci.Platform;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes an image of a tar of a root file system. Safe for use by many threads. */
@Component
public class ImageImporter {

    /**
     * Imports a tar, plain or compressed, as an image of one layer.
     *
     * @param reference its name; null leaves it dangling
     * @param changes Dockerfile instructions that set its config: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD,
     *     SHELL, STOPSIGNAL, USER, VOLUME, WORKDIR
     * @param message the comment of its history
     * @param platform null for the host's
     */
    public Image importRootfs(InputStream tar, @Nullable ImageReference reference, List<String> changes, String message,
            @Nullable Platform platform) {
        throw new UnsupportedOperationException();
    }
}
