package io.berth.network.dns;

/** Who waits for an answer. Used by the loop's thread. */
interface Asker {

    boolean overTcp();

    /** Sends the answer; one that cannot be sent is lost, and its client asks again. */
    void answer(byte[] reply);
}
