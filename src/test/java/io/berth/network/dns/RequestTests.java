package io.berth.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class RequestTests {

    @Test
    void aQueryIsRead() throws IOException {
        assertThat(Request.read(Messages.query("Web.Backend.", Type.A).toWire())).isInstanceOfSatisfying(Request.Asked.class,
                asked -> {
                    assertThat(asked.query().name()).isEqualTo("web.backend");
                    assertThat(asked.query().maxReply(false)).isEqualTo(512);
                    assertThat(asked.query().maxReply(true)).isEqualTo(65535);
                });
    }

    @Test
    void theClientSaysHowMuchItTakesWithinBounds() throws IOException {
        for (int[] saidAndTaken : new int[][] {{0, 512}, {1232, 1232}, {65535, 4096}}) {
            Message query = Messages.query("web", Type.A);
            query.addRecord(new OPTRecord(saidAndTaken[0], 0, 0), Section.ADDITIONAL);
            assertThat(Request.read(query.toWire())).isInstanceOfSatisfying(Request.Asked.class,
                    asked -> assertThat(asked.query().maxReply(false)).isEqualTo(saidAndTaken[1]));
        }
    }

    @Test
    void answersAndWhatIsTooShortAreIgnored() throws IOException {
        Message answer = Messages.query("web", Type.A);
        answer.getHeader().setFlag(Flags.QR);
        assertThat(Request.read(answer.toWire())).isInstanceOf(Request.Ignored.class);
        assertThat(Request.read(new byte[0])).isInstanceOf(Request.Ignored.class);
        assertThat(Request.read(new byte[11])).isInstanceOf(Request.Ignored.class);
    }

    @Test
    void whatIsNoQueryForOneNameIsRefused() throws IOException {
        Message update = Messages.query("web", Type.A);
        update.getHeader().setOpcode(Opcode.UPDATE);
        assertThat(rcode(update.toWire())).isEqualTo(Rcode.NOTIMP);
        Message two = Messages.query("web", Type.A);
        two.addRecord(Messages.query("db", Type.A).getQuestion(), Section.QUESTION);
        assertThat(rcode(two.toWire())).isEqualTo(Rcode.FORMERR);
        assertThat(rcode(new byte[12])).isEqualTo(Rcode.FORMERR);
        assertThat(rcode(Messages.query("web", Type.AXFR).toWire())).isEqualTo(Rcode.REFUSED);
        Message later = Messages.query("web", Type.A);
        later.addRecord(new OPTRecord(1232, 0, 1), Section.ADDITIONAL);
        assertThat(rcode(later.toWire())).isEqualTo(Rcode.BADVERS);
    }

    @Test
    void aNameThatPointsToItselfIsRefused() throws IOException {
        byte[] loop = {7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, (byte) 0xc0, 12, 0, 1, 0, 1};
        assertThat(rcode(loop)).isEqualTo(Rcode.FORMERR);
        byte[] forward = {7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', (byte) 0xc0, 40, 0, 1, 0, 1};
        assertThat(rcode(forward)).isEqualTo(Rcode.FORMERR);
    }

    @Test
    void damagedQueriesNeverThrow() throws IOException {
        var random = new Random(7);
        Message query = Messages.query("web.backend", Type.A);
        query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        byte[] whole = query.toWire();
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 8));
            for (int i = 0; i < 3 && damaged.length > 0; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            assertThat(Request.read(damaged)).isNotNull();
        }
    }

    private static int rcode(byte[] wire) throws IOException {
        assertThat(Request.read(wire)).isInstanceOf(Request.Refused.class);
        var reply = new Message(((Request.Refused) Request.read(wire)).reply());
        assertThat(reply.getHeader().getID()).isEqualTo((wire[0] & 0xff) << 8 | wire[1] & 0xff);
        assertThat(reply.getHeader().getFlag(Flags.QR)).isTrue();
        return reply.getRcode();
    }
}
