package io.berth.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.runtime.CgroupUsage;
import io.berth.stats.UsageRounds.Item;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsageRoundsTests {

    private static final long SECOND = 1_000_000_000;

    private final Map<String, CgroupUsage> running = new LinkedHashMap<>();
    private long now = 77 * SECOND;
    private int looks;
    private final UsageRounds rounds = new UsageRounds(() -> {
        looks++;
        return Map.copyOf(running);
    }, Clock.systemUTC(), () -> now);

    @Test
    void loadIsTheShareOfOneCpuSinceTheRoundBefore() {
        running.put("busy", new CgroupUsage(5 * SECOND, 4096L));
        assertThat(rounds.current().items()).containsExactly(new Item("busy", null, 4096L));
        now += 2 * SECOND;
        running.put("busy", new CgroupUsage(5 * SECOND + 3 * SECOND / 2, 8192L));
        assertThat(rounds.current().items()).containsExactly(new Item("busy", 75.0, 8192L));
    }

    @Test
    void allWhoAskWithinASecondGetTheSameRound() {
        running.put("one", new CgroupUsage(0L, 1L));
        var first = rounds.current();
        now += SECOND / 2;
        assertThat(rounds.current()).isSameAs(first);
        now += SECOND / 2;
        assertThat(rounds.current()).isNotSameAs(first);
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void nothingIsToldOfWhatCannotBeCompared() {
        running.put("again", new CgroupUsage(5 * SECOND, 1L));
        running.put("silent", new CgroupUsage(null, null));
        rounds.current();
        now += SECOND;
        running.put("again", new CgroupUsage(SECOND, 1L));
        running.put("new", new CgroupUsage(SECOND, 1L));
        assertThat(rounds.current().items()).containsExactlyInAnyOrder(new Item("again", null, 1L), new Item("silent", null, null), new Item("new", null, 1L));
        now += 6 * SECOND;
        assertThat(rounds.current().items()).as("nobody has watched meanwhile").allMatch(item -> item.cpuPercent() == null);
    }
}
