package io.berth.network;

import java.util.List;

/** Where the networks that users have made are kept. */
interface NetworkStore {

    /** All, in no order. */
    List<Network> load();

    /** Keeps a network, with the event that tells of it; it survives a power cut when this returns. */
    void add(Network network);

    /** Forgets a network, with the event that tells of it; for good when this returns. */
    void remove(Network network);
}
