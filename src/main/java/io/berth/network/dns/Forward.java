package io.berth.network.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Rcode;

/**
 * A query that others are to answer. Upstreams are asked in order; the next one when one fails at once, and beside it when one lets us
 * wait: the first good answer wins. Used by the loop's thread.
 */
final class Forward implements Attempt.Outcome {

    /** With these a server says that it cannot help, not that there is no answer: the C library goes on then, too. */
    private static final Set<Integer> UNHELPFUL = Set.of(Rcode.SERVFAIL, Rcode.NOTIMP, Rcode.REFUSED);

    private final Common common;
    private final Place place;
    private final Query query;
    private final Asker asker;
    private final Consumer<Forward> over;
    private final ArrayDeque<InetSocketAddress> upstreams;
    private final Set<Attempt<?>> open = new LinkedHashSet<>();
    private Loop.@Nullable Timer patience;
    private Loop.@Nullable Timer deadline;
    /** What is handed on when nothing better comes. */
    private byte @Nullable [] lastResort;
    private boolean done;

    /**
     * Not started yet.
     *
     * @param over told when it has ended, whichever way
     */
    Forward(Common common, Place place, List<InetSocketAddress> upstreams, Query query, Asker asker, Consumer<Forward> over) {
        this.common = common;
        this.place = place;
        this.upstreams = new ArrayDeque<>(upstreams);
        this.query = query;
        this.asker = asker;
        this.over = over;
    }

    void start() {
        deadline = common.loop().after(common.limits().giveUp(), this::finish);
        next();
    }

    private void next() {
        cancel(patience);
        if (!upstreams.isEmpty()) {
            ask(upstreams.removeFirst(), asker.overTcp());
            if (!upstreams.isEmpty()) {
                patience = common.loop().after(common.limits().patience(), this::next);
            }
        } else if (open.isEmpty()) {
            finish();
        }
    }

    private void ask(InetSocketAddress upstream, boolean overTcp) {
        Attempt<?> attempt = overTcp ? new TcpAttempt(common, query, upstream, this) : new UdpAttempt(common, query, upstream, this);
        open.add(attempt);
        attempt.start(place);
    }

    @Override
    public void answered(Attempt<?> attempt, byte[] reply) {
        open.remove(attempt);
        Header header = header(reply);
        if (UNHELPFUL.contains(header.getRcode())) {
            lastResort = lastResort == null ? reply : lastResort;
            next();
        } else if (header.getFlag(Flags.TC) && !attempt.overTcp()) {
            lastResort = reply;
            ask(attempt.upstream(), true);
        } else {
            lastResort = reply;
            finish();
        }
    }

    @Override
    public void failed(Attempt<?> attempt) {
        open.remove(attempt);
        next();
    }

    private void finish() {
        if (!done) {
            cancel();
            int max = query.maxReply(asker.overTcp());
            asker.answer(lastResort == null ? query.reply(Rcode.SERVFAIL).toWire(max) : query.handedOn(lastResort, max));
        }
    }

    /** Ends it without an answer. */
    void cancel() {
        done = true;
        cancel(patience);
        cancel(deadline);
        open.forEach(Attempt::close);
        over.accept(this);
    }

    private void cancel(Loop.@Nullable Timer timer) {
        if (timer != null) {
            common.loop().cancel(timer);
        }
    }

    private static Header header(byte[] reply) {
        try {
            return new Header(reply);
        } catch (IOException impossible) {
            throw new IllegalStateException("an answer that was read before", impossible);
        }
    }
}
