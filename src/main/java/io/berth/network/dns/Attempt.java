package io.berth.network.dns;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A query put to one upstream over a socket of its own: under a random id, from a port that the kernel draws, and connected, so that
 * nothing comes in but from there. Used by the loop's thread.
 */
abstract class Attempt<C extends SelectableChannel> implements Loop.Ready {

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);
    /** Who guesses at the id has this many tries. */
    private static final int MAX_STRANGE = 16;

    /** Who is told, once, what became of it. */
    interface Outcome {
        void answered(Attempt<?> attempt, byte[] reply);

        void failed(Attempt<?> attempt);
    }

    private final Loop loop;
    private final Query query;
    private final InetSocketAddress upstream;
    private final int id;
    private final Outcome outcome;
    private @Nullable C channel;
    private boolean over;
    private int strange;

    Attempt(Common common, Query query, InetSocketAddress upstream, Outcome outcome) {
        this.loop = common.loop();
        this.query = query;
        this.upstream = upstream;
        this.id = common.messageId();
        this.outcome = outcome;
    }

    /** Opens the channel, on any thread. */
    abstract C open(ProtocolFamily family) throws IOException;

    /** The channel is open: sends the query or begins to connect. */
    abstract void begin(Loop loop, C opened) throws IOException;

    abstract boolean overTcp();

    InetSocketAddress upstream() {
        return upstream;
    }

    byte[] question() {
        return query.withId(id);
    }

    void start(Place place) {
        ProtocolFamily family =
                upstream.getAddress() instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        place.open(() -> open(family)).whenComplete((opened, failure) -> loop.execute(() -> opened(opened, failure)));
    }

    private void opened(@Nullable C opened, @Nullable Throwable failure) {
        channel = opened;
        if (over) {
            close();
        } else if (opened == null) {
            fail(String.valueOf(failure));
        } else {
            try {
                begin(loop, opened);
            } catch (IOException | RuntimeException refused) {
                fail(refused.toString());
            }
        }
    }

    void received(byte[] message) {
        if (over) {
            return;
        }
        if (query.isAnsweredBy(message, id)) {
            close();
            outcome.answered(this, message);
        } else if (++strange > MAX_STRANGE) {
            fail("too many answers to something else");
        }
    }

    void fail(String why) {
        if (!over) {
            LOG.debug("ask {}: {}", upstream, why);
            close();
            outcome.failed(this);
        }
    }

    @Override
    public void failed(SelectionKey key, Exception why) {
        fail(why.toString());
    }

    void close() {
        over = true;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException failed) {
                LOG.debug("close a socket to {}: {}", upstream, failed.toString());
            }
        }
    }
}
