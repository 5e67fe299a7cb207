package io.berth.network.dns;

import java.time.Duration;

/**
 * Bounds of the name server.
 *
 * @param inFlight forwarded queries of one container that wait for an answer; one more is answered SERVFAIL
 * @param allInFlight those of all containers
 * @param connections TCP connections of one container; one more is closed at once
 * @param idle after which time without a query or an answer a TCP connection is closed
 * @param patience after which time the next upstream is asked too; an answer of the one before is still welcome
 * @param giveUp after which time a forwarded query is answered SERVFAIL; below the 5 s after which clients ask again
 */
record Limits(int inFlight, int allInFlight, int connections, Duration idle, Duration patience, Duration giveUp) {

    static final Limits DEFAULT =
            new Limits(128, 2048, 16, Duration.ofSeconds(10), Duration.ofMillis(1500), Duration.ofMillis(4500));
}
