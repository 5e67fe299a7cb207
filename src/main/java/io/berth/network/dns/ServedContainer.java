package io.berth.network.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/** One container: its sockets, its directory, and what it waits for. Used by the loop's thread. */
final class ServedContainer {

    private static final Logger LOG = LoggerFactory.getLogger(ServedContainer.class);
    /** After so many the other containers have their turn. */
    private static final int MESSAGES_PER_TURN = 32;
    /** Without a free descriptor a connection stays in the queue, and its socket ready. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final String id;
    private final Common common;
    private final Place place;
    private final SandboxSockets sockets;
    private final Directory directory;
    private final Set<Forward> forwards = new HashSet<>();
    private final Set<ClientConnection> connections = new HashSet<>();

    ServedContainer(String id, Common common, Place place, SandboxSockets sockets, Directory directory) {
        this.id = id;
        this.common = common;
        this.place = place;
        this.sockets = sockets;
        this.directory = directory;
    }

    void start() throws IOException {
        common.loop().register(sockets.udp(), SelectionKey.OP_READ, new Datagrams());
        common.loop().register(sockets.tcp(), SelectionKey.OP_ACCEPT, new Connections());
    }

    /** Closes its sockets and lets go of what it waits for. */
    void stop() {
        List.copyOf(forwards).forEach(Forward::cancel);
        List.copyOf(connections).forEach(ClientConnection::close);
        sockets.close();
        place.leave();
        common.loop().releaseClosed();
    }

    /** Answers a message, now or later; false when it is none to be answered. */
    boolean asked(byte[] message, Asker asker) {
        switch (Request.read(message)) {
            case Request.Ignored() -> {
                return false;
            }
            case Request.Refused(byte[] reply) -> asker.answer(reply);
            case Request.Asked(Query query) -> asked(query, asker);
        }
        return true;
    }

    private void asked(Query query, Asker asker) {
        try {
            OwnNames.answer(query, directory).ifPresentOrElse(reply -> answer(query, reply, asker), () -> forward(query, asker));
        } catch (RuntimeException broken) {
            LOG.error("{}: answer a query", id, broken);
            answer(query, query.reply(Rcode.SERVFAIL), asker);
        }
    }

    private static void answer(Query query, Message reply, Asker asker) {
        asker.answer(reply.toWire(query.maxReply(asker.overTcp())));
    }

    private void forward(Query query, Asker asker) {
        // A container that is sent to this very server would go round in circles.
        List<InetSocketAddress> own =
                directory.servers().stream().filter(server -> !NameServer.ADDRESS.equals(server.getAddress())).toList();
        var forward = own.isEmpty() ? new Forward(common, Place.HERE, common.hostResolvers(), query, asker, this::over)
                : new Forward(common, place, own, query, asker, this::over);
        if (!directory.mayForward() || forwards.size() >= common.limits().inFlight() || !common.takeInFlight()) {
            answer(query, query.reply(Rcode.SERVFAIL), asker);
            return;
        }
        forwards.add(forward);
        forward.start();
    }

    private void over(Forward forward) {
        if (forwards.remove(forward)) {
            common.giveInFlight();
        }
    }

    private final class Datagrams implements Loop.Ready {
        @Override
        public void ready(SelectionKey key) throws IOException {
            var channel = (DatagramChannel) key.channel();
            ByteBuffer buffer = common.loop().buffer();
            for (int messages = 0; messages < MESSAGES_PER_TURN; messages++) {
                SocketAddress client = channel.receive(buffer.clear());
                if (client == null) {
                    return;
                }
                byte[] message = new byte[buffer.flip().remaining()];
                buffer.get(message);
                if (message.length <= Query.MAX_BYTES) {
                    asked(message, new DatagramAsker(channel, client));
                }
            }
        }

        @Override
        public void failed(SelectionKey key, Exception why) {
            LOG.warn("{}: receive a query: {}", id, why.toString());
        }
    }

    private record DatagramAsker(DatagramChannel channel, SocketAddress client) implements Asker {
        @Override
        public boolean overTcp() {
            return false;
        }

        @Override
        public void answer(byte[] reply) {
            try {
                channel.send(ByteBuffer.wrap(reply), client);
            } catch (IOException failed) {
                LOG.debug("answer {}: {}", client, failed.toString());
            }
        }
    }

    private final class Connections implements Loop.Ready {
        @Override
        public void ready(SelectionKey key) throws IOException {
            SocketChannel client = sockets.tcp().accept();
            if (client == null) {
                return;
            }
            if (connections.size() >= common.limits().connections()) {
                client.close();
            } else {
                connections.add(new ClientConnection(common, client, ServedContainer.this, connections::remove));
            }
        }

        @Override
        public void failed(SelectionKey key, Exception why) {
            LOG.warn("{}: accept a connection: {}", id, why.toString());
            key.interestOps(0);
            common.loop().after(PAUSE, () -> {
                if (key.isValid()) {
                    key.interestOps(SelectionKey.OP_ACCEPT);
                }
            });
        }
    }
}
