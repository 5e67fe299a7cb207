package io.berth.volume;

import java.util.List;

/** Who uses a volume: a port, answered by the module of containers. */
public interface VolumeUsers {

    /** The full ids of the containers, running or not, that mount the volume. */
    List<String> usersOf(String volume);
}
