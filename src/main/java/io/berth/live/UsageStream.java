package io.berth.live;

import io.berth.stats.UsageRounds;
import io.berth.stats.UsageRounds.Item;
import io.berth.stats.UsageRounds.Round;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What all running containers use, each second, in one message. */
final class UsageStream implements LiveStream {

    private final UsageRounds rounds;
    private final LiveSender sender;
    private final CountDownLatch closed = new CountDownLatch(1);
    private List<String> told = List.of();

    UsageStream(UsageRounds rounds, LiveSender sender) {
        this.rounds = rounds;
        this.sender = sender;
    }

    /**
     * On the wire: columns, since a row for each of a thousand containers each second would mostly be ids.
     *
     * @param ids in the order of the numbers; null when they are those of the message before
     */
    record Message(String at, @Nullable List<String> ids, List<@Nullable Double> cpuPercent, List<@Nullable Long> memoryBytes) {}

    @Override
    public void run() throws IOException, InterruptedException {
        Round before = null;
        do {
            var now = rounds.current();
            if (now != before) {
                sender.json(message(now));
            }
            before = now;
        } while (!closed.await(1, TimeUnit.SECONDS));
    }

    private Message message(Round round) {
        var ids = round.items().stream().map(Item::id).toList();
        boolean same = ids.equals(told) && !ids.isEmpty();
        told = ids;
        return new Message(round.at().toString(), same ? null : ids, round.items().stream().<@Nullable Double>map(Item::cpuPercent).toList(),
                round.items().stream().<@Nullable Long>map(Item::memoryBytes).toList());
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
