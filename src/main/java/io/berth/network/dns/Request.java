package io.berth.network.dns;

import java.io.IOException;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What a client sent, after the first look at it. */
sealed interface Request {

    /** Nothing that can be answered, or an answer, which must not be answered: two servers would do so for ever. */
    record Ignored() implements Request {}

    /** Not a query that is served here; this is the answer. */
    record Refused(byte[] reply) implements Request {}

    /** A query. */
    record Asked(Query query) implements Request {}

    /** Reads a message; never throws. */
    static Request read(byte[] wire) {
        Header header;
        try {
            header = new Header(wire);
        } catch (IOException tooShort) {
            return new Ignored();
        }
        if (header.getFlag(Flags.QR)) {
            return new Ignored();
        }
        if (header.getOpcode() != Opcode.QUERY) {
            return new Refused(refusal(header, Rcode.NOTIMP));
        }
        if (header.getCount(Section.QUESTION) != 1) {
            return new Refused(refusal(header, Rcode.FORMERR));
        }
        try {
            return read(wire, new Message(wire));
        } catch (IOException | RuntimeException malformed) {
            return new Refused(refusal(header, Rcode.FORMERR)); // a parser of strangers' bytes: whatever it stumbles over
        }
    }

    private static Request read(byte[] wire, Message message) {
        var query = new Query(wire, message);
        int type = message.getQuestion().getType();
        if (type == Type.AXFR || type == Type.IXFR) {
            return new Refused(query.reply(Rcode.REFUSED).toWire(Query.MAX_BYTES)); // an answer of many messages
        }
        if (message.getOPT() != null && message.getOPT().getVersion() > 0) {
            return new Refused(query.badVersion().toWire(Query.MAX_BYTES));
        }
        return new Asked(query);
    }

    private static byte[] refusal(Header header, int rcode) {
        var refusal = new Header(header.getID());
        refusal.setOpcode(header.getOpcode());
        refusal.setFlag(Flags.QR);
        refusal.setRcode(rcode);
        return refusal.toWire();
    }
}
