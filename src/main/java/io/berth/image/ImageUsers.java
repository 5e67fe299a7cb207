package io.berth.image;

import io.berth.oci.Digest;
import java.util.List;

/** Who uses an image: a port, answered by the module of containers, so that images know nothing of them. */
public interface ImageUsers {

    /** The containers made of the image with this id, running and stopped. */
    List<ImageUse> usersOf(Digest imageId);
}
