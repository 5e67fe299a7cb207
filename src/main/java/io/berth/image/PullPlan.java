package io.berth.image;

import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pull would do at this moment.
 *
 * @param id of the image
 * @param digest of the index or manifest that the registry has under the name
 * @param fetchBytes of layers that must travel
 * @param neededBytes of disk that it takes: what must travel and, for each layer that must be unpacked, {@value PullPlanner#EXPANSION}
 *     times its compressed size; layers seldom take more
 * @param freeBytes of the data root's file system
 * @param replaced the image that has the name now and would lose it; null when there is none, or when it is the same
 * @param replacedUsers the containers that were made of that image
 */
public record PullPlan(ImageReference reference, Digest id, Digest digest, List<Layer> layers, long fetchBytes, long neededBytes,
        long freeBytes, @Nullable Image replaced, List<ImageUse> replacedUsers) {

    /** A layer. @param missingBytes of it that must travel: 0 when it is here, less than all when a pull broke off */
    public record Layer(Digest digest, long sizeBytes, long missingBytes) {}

    public PullPlan {
        layers = List.copyOf(layers);
        replacedUsers = List.copyOf(replacedUsers);
    }

    /** An estimate; 0 when there is not enough. */
    public long freeAfterBytes() {
        return Math.max(0, freeBytes - neededBytes);
    }
}
