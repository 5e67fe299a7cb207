package io.berth.console;

import io.berth.console.ConsoleClient.Piece;
import io.berth.console.ConsoleClient.Start;
import io.berth.container.Container;
import io.berth.runtime.IoSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A console: a program with a terminal, what it has printed lately, and who looks at it. A thread of its own reads the program to its end.
 * A client that reads makes the program wait rather than miss something; one that has read nothing for {@link #PATIENCE} is not waited for.
 * Safe for use by many threads.
 */
final class ConsoleSession {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleSession.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_AT_ONCE = 16 << 10;
    /** How much of what is left is given up so that a client begins with a whole line, not in the middle of a command to its terminal. */
    private static final int LINE_REACH = 4 << 10;

    /** What is opened. @param execId of the exec that runs in it */
    record Opened(String id, String account, Container container, ConsoleRequest asked, String program, String execId, Instant at) {}

    /** What a session needs of its surroundings. */
    interface Host {
        ConsoleEnd endOf(ConsoleSession session);

        ConsoleView view(ConsoleSession session);

        void resize(String execId, int rows, int columns);

        /** Somebody came, the last one left, or it has ended: the time until it ends, or is forgotten, begins anew. */
        void stirred(ConsoleSession session);
    }

    private final Opened opened;
    private final IoSession io;
    private final Host host;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Scrollback kept;
    private final List<ConsoleClient> clients = new ArrayList<>();
    private long answered;
    private @Nullable ConsoleEnd end;

    ConsoleSession(Opened opened, IoSession io, int scrollbackBytes, Host host) {
        this.opened = opened;
        this.io = io;
        this.host = host;
        this.kept = new Scrollback(scrollbackBytes);
    }

    Opened opened() {
        return opened;
    }

    ConsoleView view() {
        return host.view(this);
    }

    /** Null while it runs. */
    @Nullable ConsoleEnd end() {
        return locked(session -> session.end);
    }

    /** How many bytes it has printed so far. */
    long printed() {
        return locked(session -> session.kept.end());
    }

    int clientCount() {
        return locked(session -> session.clients.size());
    }

    /** Reads the program to its end; in a thread of its own. */
    void run() {
        try {
            for (var frame = io.read(); frame != null; frame = io.read()) {
                append(frame.data());
            }
        } catch (IOException lost) {
            LOG.debug("console {}: the connection to its program has ended", opened.id(), lost);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        io.close();
        finish(host.endOf(this));
    }

    /** The first end is what counts. */
    void finish(ConsoleEnd how) {
        boolean isFirst = locked(session -> {
            if (session.end != null) {
                return false;
            }
            session.end = how;
            session.changed.signalAll();
            return true;
        });
        if (isFirst) {
            host.stirred(this);
        }
    }

    private void append(ByteBuffer data) throws InterruptedException {
        lock.lock();
        try {
            awaitReaders(data.remaining());
            kept.append(data);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitReaders(int coming) throws InterruptedException {
        long left = 0;
        long slowest = -1;
        while (end == null && clients.stream().anyMatch(client -> wouldMiss(client, coming))) {
            long at = clients.stream().mapToLong(ConsoleClient::at).min().orElse(slowest);
            left = changed.awaitNanos(at == slowest ? left : PATIENCE.toNanos());
            slowest = at;
            if (left <= 0) {
                clients.stream().filter(client -> wouldMiss(client, coming)).forEach(ConsoleClient::becomeLate);
            }
        }
    }

    /** More at once than is kept is missed by all. */
    private boolean wouldMiss(ConsoleClient client, int coming) {
        return !client.isLate() && client.at() < kept.end() && kept.end() + coming - client.at() > kept.capacity();
    }

    /** @param from position of the first byte that the client wants; less than 0: all that is left */
    ConsoleClient attach(long from) {
        var client = locked(session -> {
            long wanted = Math.min(Math.max(from, 0), session.kept.end());
            long first = Math.max(wanted, session.kept.begin());
            long begin = first > wanted ? session.kept.wholeLine(first, LINE_REACH) : first;
            var made = new ConsoleClient(session, new Start(begin, from < 0 ? 0 : begin - wanted, session.answered));
            session.clients.add(made);
            return made;
        });
        host.stirred(this);
        return client;
    }

    void leave(ConsoleClient client) {
        boolean wasHere = locked(session -> {
            client.markClosed();
            session.changed.signalAll();
            return session.clients.remove(client);
        });
        if (wasHere) {
            host.stirred(this);
        }
    }

    @Nullable Piece next(ConsoleClient client) throws InterruptedException {
        lock.lock();
        try {
            while (!client.isClosed() && client.at() == kept.end() && end == null) {
                changed.await();
            }
            if (client.isClosed()) {
                return null;
            }
            if (client.at() < kept.end()) {
                return output(client);
            }
        } finally {
            lock.unlock();
        }
        return new Piece.Ended(view());
    }

    private Piece output(ConsoleClient client) {
        changed.signalAll();
        if (client.at() < kept.begin()) {
            long missed = client.at();
            client.moveTo(kept.wholeLine(kept.begin(), LINE_REACH));
            return new Piece.Missed(client.at(), client.at() - missed);
        }
        byte[] bytes = kept.read(client.at(), MOST_AT_ONCE);
        client.moveTo(client.at() + bytes.length);
        answered = Math.max(answered, client.at());
        return new Piece.Output(bytes);
    }

    void type(ByteBuffer bytes) {
        if (end() != null) {
            return;
        }
        try {
            io.write(bytes);
        } catch (IOException ended) {
            // Its end is told by who reads it.
            LOG.debug("console {}: typed at its end", opened.id(), ended);
        }
    }

    void resize(int rows, int columns) {
        if (end() == null) {
            host.resize(opened.execId(), rows, columns);
        }
    }

    private <T> T locked(Function<ConsoleSession, T> what) {
        lock.lock();
        try {
            return what.apply(this);
        } finally {
            lock.unlock();
        }
    }
}
