package io.berth.network.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

/** A server on a loopback address that answers as a test wants it to, over UDP and TCP. */
final class FakeUpstream implements AutoCloseable {

    final AtomicInteger udpQueries = new AtomicInteger();
    final AtomicInteger tcpQueries = new AtomicInteger();
    /** Set: somebody else sends this address to whoever asks, before the answer. */
    volatile String forged = "";
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final InetSocketAddress address;
    private final Behaviour behaviour;

    /** What it sends for a query, in this order; nothing is silence. */
    interface Behaviour {
        List<byte[]> answer(byte[] query, boolean overTcp) throws IOException;
    }

    FakeUpstream(Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        tcp = new ServerSocket(0, 50, loopback);
        udp = new DatagramSocket(tcp.getLocalPort(), loopback);
        address = new InetSocketAddress(loopback, tcp.getLocalPort());
        Thread.ofPlatform().name("fake-upstream-udp").daemon().start(this::serveUdp);
        Thread.ofPlatform().name("fake-upstream-tcp").daemon().start(this::serveTcp);
    }

    InetSocketAddress address() {
        return address;
    }

    /** The usual answer: one address. */
    static Message found(byte[] query, String address) throws IOException {
        Message reply = reply(query, 0);
        reply.addRecord(new ARecord(reply.getQuestion().getName(), DClass.IN, 60, InetAddress.ofLiteral(address)), Section.ANSWER);
        return reply;
    }

    static Message reply(byte[] query, int rcode) throws IOException {
        var asked = new Message(query);
        var reply = new Message(asked.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setRcode(rcode);
        reply.addRecord(asked.getQuestion(), Section.QUESTION);
        return reply;
    }

    private void serveUdp() {
        var packet = new DatagramPacket(new byte[65535], 65535);
        try {
            while (true) {
                udp.receive(packet);
                udpQueries.incrementAndGet();
                byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
                if (!forged.isEmpty()) {
                    byte[] forgery = found(query, forged).toWire();
                    try (var stranger = new DatagramSocket(0, udp.getLocalAddress())) {
                        stranger.send(new DatagramPacket(forgery, forgery.length, packet.getSocketAddress()));
                    }
                }
                for (byte[] answer : behaviour.answer(query, false)) {
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException closed) {
            udp.close();
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket client = tcp.accept()) {
                var in = new DataInputStream(client.getInputStream());
                byte[] query = in.readNBytes(in.readUnsignedShort());
                tcpQueries.incrementAndGet();
                for (byte[] answer : behaviour.answer(query, true)) {
                    client.getOutputStream().write(Messages.framed(answer));
                }
                client.shutdownOutput();
                in.readAllBytes();
            } catch (IOException ended) {
                continue;
            }
        }
    }

    /** Lets the ports be nobody's. */
    void goDown() throws IOException {
        udp.close();
        tcp.close();
    }

    @Override
    public void close() throws IOException {
        goDown();
    }
}
