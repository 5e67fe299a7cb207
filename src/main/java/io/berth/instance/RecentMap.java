package io.berth.instance;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map of the entries that were asked for last; the others are forgotten. Not safe for use by many threads by itself. */
public final class RecentMap<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1L;

    private final int most;

    /** @param most so many entries are remembered */
    public RecentMap(int most) {
        super(16, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
