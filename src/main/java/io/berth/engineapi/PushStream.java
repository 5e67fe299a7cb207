package io.berth.engineapi;

import io.berth.image.PushListener;
import io.berth.image.PushedImage;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;

/** A push as clients see it; layers go by the digests of their plain tars. Safe for use by many threads. */
final class PushStream extends TransferStream implements PushListener {

    PushStream(HttpServletResponse response) {
        super(response);
    }

    @Override
    public void begins(ImageReference repository) {
        write(Wire.of("status", "The push refers to repository [" + repository.repository() + "]"));
    }

    @Override
    public void layer(Digest diffId, Step step, long currentBytes, long totalBytes) {
        switch (step) {
            case PREPARES -> layer(diffId, "Preparing");
            case PACKS -> progress(diffId, "Preparing", currentBytes, totalBytes);
            case WAITS -> layer(diffId, "Waiting");
            case ALREADY_THERE -> layer(diffId, "Layer already exists");
            case PUSHES -> progress(diffId, "Pushing", currentBytes, totalBytes);
            case DONE -> layer(diffId, "Pushed");
            case RETRIES -> layer(diffId, "Retrying");
        }
    }

    @Override
    public void mounted(Digest diffId, String from) {
        layer(diffId, "Mounted from " + from);
    }

    @Override
    public void pushedInsteadOfIndex(Descriptor index, Descriptor manifest) {
        aux(Wire.of("manifestPushedInsteadOfIndex", true).with("originalIndex", descriptor(index)).with("selectedManifest", descriptor(manifest)));
    }

    private static Wire descriptor(Descriptor descriptor) {
        return Wire.of("mediaType", descriptor.mediaType()).with("digest", descriptor.digest().toString()).with("size", descriptor.size());
    }

    @Override
    public void pushed(PushedImage image) {
        String tag = String.valueOf(image.reference().tag());
        Descriptor descriptor = image.descriptor();
        write(Wire.of("status", tag + ": digest: " + descriptor.digest() + " size: " + descriptor.size()));
        aux(Wire.of("Tag", tag).with("Digest", descriptor.digest().toString()).with("Size", descriptor.size()));
    }

    private void aux(Wire content) {
        write(Wire.of("progressDetail", Map.of()).with("aux", content));
    }

    @Override
    public void waits() {
        repeat();
    }
}
