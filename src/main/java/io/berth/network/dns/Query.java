package io.berth.network.dns;

import java.io.IOException;
import java.util.Locale;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A query with one question; immutable. */
final class Query {

    /** The longest query that is read, and the longest answer over UDP. */
    static final int MAX_BYTES = 4096;
    /** RFC 1035, 4.2.1: what every client takes over UDP. */
    private static final int PLAIN_BYTES = 512;
    /** RFC 1035, 4.2.2: what the length before a message over TCP can say. */
    private static final int MAX_TCP_BYTES = 65535;

    private final byte[] wire;
    private final Message message;

    /** A query. @param message {@code wire} read */
    Query(byte[] wire, Message message) {
        this.wire = wire;
        this.message = message;
    }

    Record question() {
        return message.getQuestion();
    }

    /** The name in lower case without a final dot. */
    String name() {
        return question().getName().toString(true).toLowerCase(Locale.ROOT);
    }

    /** The longest answer that the client takes, in bytes. */
    int maxReply(boolean overTcp) {
        if (overTcp) {
            return MAX_TCP_BYTES;
        }
        OPTRecord opt = message.getOPT();
        return opt == null ? PLAIN_BYTES : Math.clamp(opt.getPayloadSize(), PLAIN_BYTES, MAX_BYTES);
    }

    /** An answer without records. */
    Message reply(int rcode) {
        return reply(rcode, 0);
    }

    /** RFC 6891, 6.1.3: this server's version of EDNS is 0; the code has its upper bits in the OPT record. */
    Message badVersion() {
        return reply(Rcode.BADVERS & 0xf, Rcode.BADVERS >> 4);
    }

    private Message reply(int rcode, int upperBits) {
        Header asked = message.getHeader();
        var header = new Header(asked.getID());
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        if (asked.getFlag(Flags.RD)) {
            header.setFlag(Flags.RD);
        }
        header.setRcode(rcode);
        var reply = new Message();
        reply.setHeader(header);
        reply.addRecord(question(), Section.QUESTION);
        if (message.getOPT() != null) {
            reply.addRecord(new OPTRecord(MAX_BYTES, upperBits, 0), Section.ADDITIONAL);
        }
        return reply;
    }

    /** The query as the client wrote it, under another id. */
    byte[] withId(int id) {
        return withId(wire, id);
    }

    /** Whether a message is the answer to this query, asked under that id. */
    boolean isAnsweredBy(byte[] reply, int id) {
        try {
            var header = new Header(reply);
            if (header.getID() != id || !header.getFlag(Flags.QR) || header.getOpcode() != Opcode.QUERY
                    || header.getCount(Section.QUESTION) != 1) {
                return false;
            }
            Record echoed = new Message(reply).getQuestion();
            return echoed.getName().equals(question().getName()) && echoed.getType() == question().getType()
                    && echoed.getDClass() == question().getDClass();
        } catch (IOException | RuntimeException malformed) {
            return false; // a parser of strangers' bytes: whatever it stumbles over
        }
    }

    /** An upstream's answer as the client is to get it: under its id, and cut with TC set when it is longer than {@code max}. */
    byte[] handedOn(byte[] reply, int max) {
        byte[] mine = withId(reply, message.getHeader().getID());
        if (mine.length <= max) {
            return mine;
        }
        try {
            return new Message(mine).toWire(max);
        } catch (IOException impossible) {
            throw new IllegalStateException("an answer that was read before", impossible);
        }
    }

    private static byte[] withId(byte[] message, int id) {
        byte[] copy = message.clone();
        copy[0] = (byte) (id >> 8);
        copy[1] = (byte) id;
        return copy;
    }
}
