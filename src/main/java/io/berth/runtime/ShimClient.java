package io.berth.runtime;

import io.berth.ffi.Errno;
import io.berth.log.LogFollow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The engine's line to one shim: a connection for requests, whose answers a virtual thread receives, and one more for each session. Safe
 * for use by many threads. Closing it ends nothing but the line.
 */
public final class ShimClient implements AutoCloseable {

    /** Of records that nobody has asked for yet; past it, probes are left to the file. */
    private static final int MOST_RECORDS = 256;

    private final Path socket;
    private final ShimConnection connection;
    private final AtomicInteger requests = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Answer>> waiting = new ConcurrentHashMap<>();
    private final LinkedBlockingDeque<Optional<RunRecord>> records = new LinkedBlockingDeque<>();
    private volatile @Nullable IOException loss;

    private record Answer(int type, ByteBuffer payload) {}

    private ShimClient(Path socket, ShimConnection connection) {
        this.socket = socket;
        this.connection = connection;
    }

    /** Connects to the shim that listens at {@code socket} and subscribes to its records. */
    static ShimClient connect(Path socket) throws IOException {
        var client = new ShimClient(socket, ShimConnection.open(socket));
        Thread.ofVirtual().name("shim-" + socket.getParent().getFileName()).start(client::receiveAll);
        client.expectOk(Frames.SUBSCRIBE, Frames.SUBSCRIBE_RECORDS, ByteBuffer.allocate(0));
        return client;
    }

    /** Runs the plan that the shim was spawned with. */
    public Started start() throws IOException, LaunchFailedException {
        var answer = request(Frames.START, 0, ByteBuffer.allocate(0));
        if (answer.type() == Frames.STARTED) {
            return ShimConnection.started(answer.payload());
        }
        throw ShimConnection.failure(answer.payload());
    }

    public ShimState state() throws IOException {
        var payload = request(Frames.STATE, 0, ByteBuffer.allocate(0)).payload();
        int state = payload.get();
        int pid = payload.getInt();
        int code = payload.getInt();
        boolean oom = payload.get() != 0;
        var started = new Started(pid, ShimConnection.instant(payload.getLong()));
        return switch (state) {
            case 0 -> new ShimState.Created();
            case 1 -> new ShimState.Running(started);
            case 3 -> new ShimState.Restarting(started, new Exit(code, oom, ShimConnection.instant(payload.getLong())));
            default -> new ShimState.Ended(started, new Exit(code, oom, ShimConnection.instant(payload.getLong())));
        };
    }

    /**
     * Waits for the shim's next record; empty when it will send no more. One thread asks. A number may be missing when nobody has asked for
     * long: then the record is in the file ({@link RunRecords}).
     */
    public Optional<RunRecord> nextRecord() throws InterruptedException {
        var next = records.take();
        if (next.isEmpty()) {
            records.add(next);
        }
        return next;
    }

    /** Whether there is a record to ask for, or none will come any more, within {@code atMost}. */
    public boolean awaitRecord(Duration atMost) throws InterruptedException {
        var next = records.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
        if (next == null) {
            return false;
        }
        records.addFirst(next);
        return true;
    }

    /** No other run follows the one that goes on, and none comes after a wait for it. */
    public void stayEnded() throws IOException {
        expectOk(Frames.STAY_ENDED, 0, ByteBuffer.allocate(0));
    }

    /** Changes when the container is started again, from its next end on. */
    public void changeRule(RestartRule rule) throws IOException {
        expectOk(Frames.POLICY, 0, ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN).put((byte) rule.when().ordinal()).putInt(rule.limit()).flip());
    }

    /** While held, the shim begins no probe of the container's health. */
    public void holdProbes(boolean held) throws IOException {
        expectOk(Frames.HOLD_PROBES, held ? 1 : 0, ByteBuffer.allocate(0));
    }

    /** @throws IOException the process has ended ({@code ESRCH}), or the shim is lost */
    public void signal(int number) throws IOException {
        expectOk(Frames.SIGNAL, 0, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).flip());
    }

    /** @throws IOException the container has no terminal or has ended */
    public void resize(int rows, int columns) throws IOException {
        expectOk(Frames.RESIZE, 0, ExecSession.size(rows, columns));
    }

    /** Attaches, before the start too: then nothing of the output is missed. */
    public AttachSession attach(Set<AttachFlag> flags) throws IOException {
        return AttachSession.open(ShimConnection.open(socket), flags);
    }

    /** Starts a process in the running container. */
    public ExecSession exec(LaunchPlan plan, ExecKind kind) throws IOException, LaunchFailedException {
        return ExecSession.open(ShimConnection.open(socket), plan, kind);
    }

    /** Tells when the log grows. */
    public LogFollow followLog() throws IOException {
        return ShimLogFollow.open(ShimConnection.open(socket));
    }

    /** Lets the shim go, which it does when the container has ended. */
    public void reap() throws IOException {
        expectOk(Frames.REAP, 0, ByteBuffer.allocate(0));
    }

    @Override
    public void close() {
        connection.close();
    }

    private void expectOk(int type, int flags, ByteBuffer payload) throws IOException {
        var answer = request(type, flags, payload);
        if (answer.type() == Frames.ERROR) {
            var failure = ShimConnection.failure(answer.payload());
            throw new IOException(failure.getMessage() + ": " + Errno.text(failure.errno()), failure);
        }
    }

    private Answer request(int type, int flags, ByteBuffer payload) throws IOException {
        int id = requests.incrementAndGet();
        var answer = new CompletableFuture<Answer>();
        waiting.put(id, answer);
        try {
            // Set before the waiting are told: a request that is put afterwards sees it here.
            if (loss != null) {
                throw new IOException("the container's shim is gone", loss);
            }
            connection.send(type, flags, id, payload);
            return answer.join();
        } catch (CompletionException lost) {
            throw new IOException("the container's shim is gone", lost.getCause());
        } finally {
            waiting.remove(id);
        }
    }

    private void receiveAll() {
        try {
            for (var frame = connection.receive(); frame != null; frame = connection.receive()) {
                var copy = ByteBuffer.allocate(frame.payload().remaining()).order(ByteOrder.LITTLE_ENDIAN).put(frame.payload()).flip();
                if (frame.type() == Frames.RECORD) {
                    keep(RunRecord.parse(StandardCharsets.UTF_8.decode(copy).toString()));
                } else {
                    var request = waiting.get(frame.id());
                    if (request != null) {
                        request.complete(new Answer(frame.type(), copy));
                    }
                }
            }
            lose(new IOException("the shim has closed its connection"));
        } catch (IOException failure) {
            lose(failure);
        }
    }

    private void keep(Optional<RunRecord> record) {
        if (record.isPresent() && (records.size() < MOST_RECORDS || !(record.get() instanceof RunRecord.Probed))) {
            records.add(record);
        }
    }

    private void lose(IOException failure) {
        loss = failure;
        waiting.values().forEach(request -> request.completeExceptionally(failure));
        records.add(Optional.empty());
    }
}
