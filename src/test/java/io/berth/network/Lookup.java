package io.berth.network;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Asks the name server of the calling thread's namespace. */
final class Lookup {

    private static final int PATIENCE_MILLIS = 5000;

    private Lookup() {}

    /** Addresses in order; empty where there are none. */
    static List<String> addresses(String name) throws IOException {
        return ask(Name.fromString(name, Name.root), Type.A).getSection(Section.ANSWER).stream()
                .map(record -> ((ARecord) record).getAddress().getHostAddress()).sorted().toList();
    }

    /** As {@link #addresses}, of IPv6. */
    static List<String> addresses6(String name) throws IOException {
        return ask(Name.fromString(name, Name.root), Type.AAAA).getSection(Section.ANSWER).stream()
                .map(record -> IpText.of(((AAAARecord) record).getAddress())).sorted().toList();
    }

    static List<String> names(String address) throws IOException {
        return ask(ReverseMap.fromAddress(InetAddress.ofLiteral(address)), Type.PTR).getSection(Section.ANSWER).stream()
                .map(record -> ((PTRRecord) record).getTarget().toString(true)).toList();
    }

    /** How the question was answered: {@code NOERROR}, {@code SERVFAIL}. */
    static String code(String name) throws IOException {
        return Rcode.string(ask(Name.fromString(name, Name.root), Type.A).getRcode());
    }

    private static Message ask(Name name, int type) throws IOException {
        byte[] query = Message.newQuery(Record.newRecord(name, type, DClass.IN)).toWire();
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(query, query.length, InetAddress.ofLiteral(Sandboxes.NAME_SERVER), 53));
            var reply = new DatagramPacket(new byte[4096], 4096);
            socket.receive(reply);
            return new Message(Arrays.copyOf(reply.getData(), reply.getLength()));
        }
    }
}
