package io.berth.live;

import io.berth.operation.Operation;
import io.berth.operation.Operations;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** All operations, then what has changed, some times a second: {@code snapshot}, {@code upsert}, {@code remove}, numbered without gaps. */
final class OperationsStream implements LiveStream {

    private static final long PAUSE_MILLIS = 400;

    private final Operations operations;
    private final LiveSender sender;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Map<String, Operation> told = new HashMap<>();
    private long sequence;

    OperationsStream(Operations operations, LiveSender sender) {
        this.operations = operations;
        this.sender = sender;
    }

    @Override
    public void run() throws IOException, InterruptedException {
        var all = operations.list();
        all.forEach(one -> told.put(one.id(), one));
        sender.json(Map.of("type", "snapshot", "sequence", sequence, "items", all));
        while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
            tellChanges();
        }
    }

    private void tellChanges() throws IOException {
        var now = new HashMap<String, Operation>();
        for (var one : operations.list().reversed()) {
            now.put(one.id(), one);
            if (!one.equals(told.get(one.id()))) {
                sequence++;
                sender.json(Map.of("type", "upsert", "sequence", sequence, "item", one));
            }
        }
        for (var id : told.keySet()) {
            if (!now.containsKey(id)) {
                sequence++;
                sender.json(Map.of("type", "remove", "sequence", sequence, "id", id));
            }
        }
        told = now;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
