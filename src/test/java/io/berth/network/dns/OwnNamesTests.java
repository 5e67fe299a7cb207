package io.berth.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class OwnNamesTests {

    private final TableDirectory directory = new TableDirectory(
            Map.of("web", List.of("10.9.0.2"), "db", List.of("10.9.0.3", "fd00::3", "10.9.0.4"), "bare", List.of()),
            Map.of("10.9.0.2", List.of("web.backend"), "10.9.0.9", List.of()));

    @Test
    void aNameHasItsAddressesWithDockersTimeToLive() throws IOException {
        Message reply = ask("WeB.", Type.A).orElseThrow();
        assertThat(Messages.answers(reply)).containsExactly("10.9.0.2");
        assertThat(reply.getSection(Section.ANSWER).getFirst().getTTL()).isEqualTo(600);
        assertThat(reply.getSection(Section.ANSWER).getFirst().getName()).hasToString("WeB.");
        assertThat(reply.getQuestion().getName()).hasToString("WeB.");
        assertThat(reply.getHeader().getFlag(Flags.RA)).isTrue();
        assertThat(reply.getHeader().getFlag(Flags.RD)).isTrue();
    }

    @Test
    void eachFamilyHasItsOwn() throws IOException {
        assertThat(Messages.answers(ask("db", Type.A).orElseThrow())).containsExactlyInAnyOrder("10.9.0.3", "10.9.0.4");
        assertThat(Messages.answers(ask("db", Type.AAAA).orElseThrow())).containsExactly("fd00:0:0:0:0:0:0:3");
        assertThat(Messages.answers(ask("db", Type.ANY).orElseThrow())).hasSize(3);
    }

    @Test
    void whatAKnownNameLacksIsNoDataAndNotForwarded() throws IOException {
        for (int type : new int[] {Type.AAAA, Type.MX, Type.SRV, Type.HTTPS, Type.TXT, Type.PTR}) {
            Message reply = ask("web", type).orElseThrow();
            assertThat(reply.getRcode()).isEqualTo(Rcode.NOERROR);
            assertThat(Messages.answers(reply)).isEmpty();
        }
        assertThat(Messages.answers(ask("bare", Type.A).orElseThrow())).isEmpty();
    }

    @Test
    void addressesAreShuffled() throws IOException {
        var firsts = new HashSet<String>();
        for (int i = 0; i < 100; i++) {
            firsts.add(Messages.answers(ask("db", Type.A).orElseThrow()).getFirst());
        }
        assertThat(firsts).containsExactlyInAnyOrder("10.9.0.3", "10.9.0.4");
    }

    @Test
    void anAddressHasItsName() throws IOException {
        assertThat(Messages.answers(ask("2.0.9.10.in-addr.arpa", Type.PTR).orElseThrow())).containsExactly("web.backend.");
    }

    @Test
    void anAddressOfTheNetworksThatNobodyHasIsNotForwarded() throws IOException {
        assertThat(ask("9.0.9.10.in-addr.arpa", Type.PTR).orElseThrow().getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(ask("8.8.8.8.in-addr.arpa", Type.PTR)).isEmpty();
    }

    @Test
    void whatIsNotKnownIsForwarded() throws IOException {
        assertThat(ask("other", Type.A)).isEmpty();
        assertThat(ask("web.example.org", Type.A)).isEmpty();
        for (String part : List.of("9.10", "x.0.9.10", "300.0.9.10", "1.2.0.9.10")) {
            assertThat(ask(part + ".in-addr.arpa", Type.PTR)).as(part).isEmpty();
        }
        assertThat(ask("in-addr.arpa", Type.PTR)).isEmpty();
        assertThat(ask("d.f.ip6.arpa", Type.PTR)).isEmpty();
        assertThat(ask("ip6.arpa", Type.PTR)).isEmpty();
        assertThat(ask(".", Type.NS)).isEmpty();
    }

    private Optional<Message> ask(String name, int type) throws IOException {
        return OwnNames.answer(((Request.Asked) Request.read(Messages.query(name, type).toWire())).query(), directory);
    }
}
