package io.berth.it;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rounds of an attack that hits by chance: as many as asked for, and on, within a generous bound, until each kind of hit that a round counts was
 * there once. So a test that never hit anything fails, and one that was unlucky does not.
 */
final class Rounds {

    /** One try. */
    @FunctionalInterface
    interface Round {
        void go(int number, Rounds rounds) throws Exception;
    }

    private final Map<String, Integer> hits = new LinkedHashMap<>();

    private Rounds() {}

    static void of(int least, Round round) {
        var rounds = new Rounds();
        var number = new int[1];
        Eventually.holds(() -> "each of these happens once: " + rounds.hits, () -> {
            do {
                try {
                    round.go(number[0], rounds);
                } catch (RuntimeException unexpected) {
                    throw unexpected;
                } catch (Exception unexpected) {
                    throw new IllegalStateException(unexpected);
                }
            } while (++number[0] < least);
            return rounds.hits.values().stream().allMatch(count -> count > 0);
        });
    }

    /** Counts what should happen in one round at least. */
    void count(String what, boolean hit) {
        hits.merge(what, hit ? 1 : 0, Integer::sum);
    }
}
