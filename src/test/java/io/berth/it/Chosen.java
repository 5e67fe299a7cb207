package io.berth.it;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A sample of many cases, another one each time; all of them with {@code -Dberth.thorough}, the same again with {@code -Dberth.seed}. */
final class Chosen {

    private Chosen() {}

    static <T> Map<String, T> of(String what, Map<String, T> all, int count) {
        if (Boolean.getBoolean("berth.thorough")) {
            return all;
        }
        var names = new ArrayList<>(all.keySet());
        Collections.shuffle(names, random(what));
        var chosen = new LinkedHashMap<String, T>();
        names.stream().limit(count).forEach(name -> chosen.put(name, all.get(name)));
        return chosen;
    }

    /** By the seed that was given, or by one that is printed. */
    static Random random(String what) {
        long given = Long.getLong("berth.seed", 0);
        long seed = given == 0 ? System.nanoTime() : given;
        System.out.println(what + " chosen by -Dberth.seed=" + seed);
        return new Random(seed);
    }
}
