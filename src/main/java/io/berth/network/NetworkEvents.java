package io.berth.network;

/** Who is told when containers come and go. */
interface NetworkEvents {

    void connected(Network network, String containerId);

    void disconnected(Network network, String containerId);
}
