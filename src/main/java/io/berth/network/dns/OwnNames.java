package io.berth.network.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Answers out of a container's directory. */
final class OwnNames {

    /** Docker's. */
    private static final long TTL_SECONDS = 600;

    private OwnNames() {}

    /** The answer; empty when the query is to be forwarded. */
    static Optional<Message> answer(Query query, Directory directory) {
        Record question = query.question();
        if (question.getDClass() != DClass.IN && question.getDClass() != DClass.ANY) {
            return Optional.empty();
        }
        Optional<InetAddress> reversed = reversed(question.getName());
        if (reversed.isPresent()) {
            return directory.namesOf(reversed.get()).map(names -> pointers(query, names));
        }
        return directory.addressesOf(query.name()).map(addresses -> addresses(query, addresses));
    }

    /** Of a name that is known here all types are answered here: no data where there is none. */
    private static Message addresses(Query query, List<InetAddress> addresses) {
        int type = query.question().getType();
        Name owner = query.question().getName();
        var shuffled = new ArrayList<>(addresses);
        Collections.shuffle(shuffled);
        Message reply = query.reply(Rcode.NOERROR);
        for (InetAddress address : shuffled) {
            int own = address instanceof Inet4Address ? Type.A : Type.AAAA;
            if (type == own || type == Type.ANY) {
                reply.addRecord(own == Type.A ? new ARecord(owner, DClass.IN, TTL_SECONDS, address)
                        : new AAAARecord(owner, DClass.IN, TTL_SECONDS, address), Section.ANSWER);
            }
        }
        return reply;
    }

    private static Message pointers(Query query, List<String> names) {
        int type = query.question().getType();
        Message reply = query.reply(names.isEmpty() ? Rcode.NXDOMAIN : Rcode.NOERROR);
        if (type == Type.PTR || type == Type.ANY) {
            names.stream().flatMap(name -> name(name).stream()).forEach(name -> reply.addRecord(
                    new PTRRecord(query.question().getName(), DClass.IN, TTL_SECONDS, name), Section.ANSWER));
        }
        return reply;
    }

    private static Optional<Name> name(String text) {
        try {
            return Optional.of(Name.fromString(text, Name.root));
        } catch (TextParseException tooLong) {
            return Optional.empty(); // a container may have a name that DNS cannot say
        }
    }

    private static Optional<InetAddress> reversed(Name name) {
        try {
            return Optional.of(ReverseMap.fromName(name));
        } catch (UnknownHostException another) {
            return Optional.empty();
        }
    }
}
