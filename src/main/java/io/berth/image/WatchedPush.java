package io.berth.image;

import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import io.berth.operation.LayerStep;
import io.berth.operation.Progress;

/** A push as its client and its operation hear of it; a cancelled one ends with the next word. Safe for use by many threads. */
final class WatchedPush implements PushListener {

    private final Progress progress;
    private final PushListener client;

    WatchedPush(Progress progress, PushListener client) {
        this.progress = progress;
        this.client = client;
    }

    @Override
    public void begins(ImageReference repository) {
        progress.cancel().throwIfCancelled();
        client.begins(repository);
    }

    @Override
    public void layer(Digest diffId, Step step, long currentBytes, long totalBytes) {
        progress.cancel().throwIfCancelled();
        progress.layer(diffId.toString(), stepOf(step), currentBytes, totalBytes);
        client.layer(diffId, step, currentBytes, totalBytes);
    }

    private static LayerStep stepOf(PushListener.Step step) {
        return switch (step) {
            case PREPARES, PACKS, WAITS -> LayerStep.WAITS;
            case ALREADY_THERE -> LayerStep.ALREADY_THERE;
            case PUSHES -> LayerStep.UPLOADS;
            case DONE -> LayerStep.DONE;
            case RETRIES -> LayerStep.RETRIES;
        };
    }

    @Override
    public void mounted(Digest diffId, String from) {
        progress.layer(diffId.toString(), LayerStep.ALREADY_THERE, 0, 0);
        client.mounted(diffId, from);
    }

    @Override
    public void pushedInsteadOfIndex(Descriptor index, Descriptor manifest) {
        client.pushedInsteadOfIndex(index, manifest);
    }

    @Override
    public void pushed(PushedImage image) {
        client.pushed(image);
    }

    @Override
    public void waits() {
        progress.cancel().throwIfCancelled();
        client.waits();
    }
}
