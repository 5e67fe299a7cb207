package io.berth.auth;

import io.berth.instance.RecentMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Slows down guessing: after five wrong passwords for one name from one address each further try must wait, 2 s at first and twice as
 * long each time up to five minutes. The pair is the key, so a stranger who guesses cannot lock the owner out. At most
 * {@value #MOST} pairs are remembered; the oldest go first. Thread-safe.
 */
final class LoginThrottle {

    private static final int FREE_TRIES = 5;
    private static final int MOST = 4096;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Clock clock;
    private final Map<Source, Failures> failures = new RecentMap<>(MOST);

    private record Source(String name, String address) {}

    private record Failures(int count, Instant next) {}

    LoginThrottle(Clock clock) {
        this.clock = clock;
    }

    /** How long this source must still wait; zero when it may try. */
    synchronized Duration waiting(String name, String address) {
        var known = failures.get(new Source(name, address));
        if (known == null) {
            return Duration.ZERO;
        }
        var left = Duration.between(clock.instant(), known.next());
        return left.isNegative() ? Duration.ZERO : left;
    }

    synchronized void failed(String name, String address) {
        var source = new Source(name, address);
        var known = failures.get(source);
        int count = known == null ? 1 : known.count() + 1;
        failures.put(source, new Failures(count, clock.instant().plus(penalty(count))));
    }

    synchronized void succeeded(String name, String address) {
        failures.remove(new Source(name, address));
    }

    private static Duration penalty(int count) {
        if (count < FREE_TRIES) {
            return Duration.ZERO;
        }
        var wait = Duration.ofSeconds(1L << Math.min(count - FREE_TRIES + 1, 16));
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
