package io.berth.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Queries that upstreams of all kinds are asked. */
class ForwardTests {

    private static final FakeUpstream.Behaviour SILENT = (query, overTcp) -> List.of();
    private static final FakeUpstream.Behaviour GOOD = (query, overTcp) -> List.of(FakeUpstream.found(query, "192.0.2.1").toWire());
    private static final Limits HASTY =
            new Limits(128, 2048, 16, Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMillis(600));

    @Test
    void theFirstIsAskedAloneUnderAnotherId() throws IOException {
        var ids = new ArrayList<Integer>();
        try (var first = new FakeUpstream((query, overTcp) -> {
            ids.add(new Message(query).getHeader().getID());
            return GOOD.answer(query, overTcp);
        }); var second = new FakeUpstream(GOOD)) {
            for (int i = 0; i < 8; i++) {
                Message query = Messages.query("Example.org", Type.A);
                query.getHeader().setID(4711);
                Message reply = ask(ServerOnLoopback.PATIENT, query, first, second);
                assertThat(Messages.answers(reply)).containsExactly("192.0.2.1");
                assertThat(reply.getHeader().getID()).isEqualTo(4711);
                assertThat(reply.getQuestion().getName()).hasToString("Example.org.");
            }
            assertThat(ids).hasSize(8).doesNotHaveDuplicates();
            assertThat(second.udpQueries).hasValue(0);
        }
    }

    @Test
    void negativeAnswersAreHandedOn() throws IOException {
        try (var first = new FakeUpstream((query, overTcp) -> List.of(FakeUpstream.reply(query, Rcode.NXDOMAIN).toWire()));
                var second = new FakeUpstream(GOOD)) {
            assertThat(ask(ServerOnLoopback.PATIENT, Messages.query("none", Type.A), first, second).getRcode())
                    .isEqualTo(Rcode.NXDOMAIN);
            assertThat(second.udpQueries).hasValue(0);
        }
    }

    @Test
    void oneThatIsDownIsPassedOverAtOnce() throws IOException {
        try (var down = new FakeUpstream(SILENT); var good = new FakeUpstream(GOOD)) {
            down.goDown();
            assertThat(Messages.answers(ask(ServerOnLoopback.PATIENT, Messages.query("example.org", Type.A), down, good)))
                    .containsExactly("192.0.2.1");
        }
    }

    @Test
    void oneThatCannotHelpIsPassedOverAtOnce() throws IOException {
        for (int rcode : List.of(Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NOTIMP)) {
            try (var bad = new FakeUpstream((query, overTcp) -> List.of(FakeUpstream.reply(query, rcode).toWire()));
                    var good = new FakeUpstream(GOOD)) {
                assertThat(Messages.answers(ask(ServerOnLoopback.PATIENT, Messages.query("example.org", Type.A), bad, good)))
                        .containsExactly("192.0.2.1");
                assertThat(ask(ServerOnLoopback.PATIENT, Messages.query("example.org", Type.A), bad).getRcode()).isEqualTo(rcode);
            }
        }
    }

    @Test
    void oneThatIsSilentIsNotWaitedForAloneAndInTheEndItIsAFailure() throws IOException {
        try (var silent = new FakeUpstream(SILENT); var good = new FakeUpstream(GOOD)) {
            var impatient = new Limits(128, 2048, 16, Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofSeconds(60));
            assertThat(Messages.answers(ask(impatient, Messages.query("example.org", Type.A), silent, good)))
                    .containsExactly("192.0.2.1");
            assertThat(ask(HASTY, Messages.query("example.org", Type.A), silent).getRcode()).isEqualTo(Rcode.SERVFAIL);
            assertThat(ask(HASTY, Messages.query("example.org", Type.A)).getRcode()).isEqualTo(Rcode.SERVFAIL);
        }
    }

    @Test
    void answersToSomethingElseAreNotTaken() throws IOException {
        FakeUpstream.Behaviour spoofed = (query, overTcp) -> {
            Message wrongId = FakeUpstream.found(query, "203.0.113.1");
            wrongId.getHeader().setID(wrongId.getHeader().getID() ^ 1);
            Message otherName = FakeUpstream.found(Messages.query("evil.example", Type.A).toWire(), "203.0.113.2");
            otherName.getHeader().setID(new Message(query).getHeader().getID());
            Message otherType = FakeUpstream.found(Messages.query("example.org", Type.AAAA).toWire(), "203.0.113.3");
            otherType.getHeader().setID(new Message(query).getHeader().getID());
            return List.of(wrongId.toWire(), otherName.toWire(), otherType.toWire(), query, new byte[] {1, 2, 3},
                    FakeUpstream.found(query, "192.0.2.1").toWire());
        };
        try (var upstream = new FakeUpstream(spoofed)) {
            assertThat(Messages.answers(ask(ServerOnLoopback.PATIENT, Messages.query("example.org", Type.A), upstream)))
                    .containsExactly("192.0.2.1");
        }
    }

    @Test
    void answersOfSomebodyElseAreNotTaken() throws IOException {
        try (var upstream = new FakeUpstream(GOOD)) {
            upstream.forged = "203.0.113.4";
            assertThat(Messages.answers(ask(ServerOnLoopback.PATIENT, Messages.query("example.org", Type.A), upstream)))
                    .containsExactly("192.0.2.1");
        }
    }

    @Test
    void whoSendsGarbageOnlyIsGivenUp() throws IOException {
        FakeUpstream.Behaviour garbage = (query, overTcp) -> Collections.nCopies(40, new byte[] {9, 9, 9, 9, 9, 9, 9});
        try (var bad = new FakeUpstream(garbage); var good = new FakeUpstream(GOOD)) {
            assertThat(Messages.answers(ask(ServerOnLoopback.PATIENT, Messages.query("example.org", Type.A), bad, good)))
                    .containsExactly("192.0.2.1");
        }
    }

    @Test
    void aTruncatedAnswerIsAskedForOverTcpAndCutToWhatTheClientTakes() throws IOException {
        try (var upstream = new FakeUpstream(ForwardTests::long60); var dns = new ServerOnLoopback(ServerOnLoopback.PATIENT, upstream)) {
            InetSocketAddress web = dns.serve("web", TableDirectory.of("db", "10.9.0.3"));
            Message able = Messages.query("example.org", Type.A);
            able.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
            Message whole = Messages.overUdp(web, able);
            assertThat(Messages.answers(whole)).hasSize(60);
            assertThat(whole.getHeader().getFlag(Flags.TC)).isFalse();
            assertThat(upstream.tcpQueries).hasValue(1);

            byte[] cut = Messages.overUdp(web, Messages.query("example.org", Type.A).toWire());
            assertThat(cut).hasSizeLessThanOrEqualTo(512);
            assertThat(new Message(cut).getHeader().getFlag(Flags.TC)).isTrue();
            assertThat(Messages.answers(Messages.overTcp(web, Messages.query("example.org", Type.A)))).hasSize(60);
        }
    }

    @Test
    void aTruncatedAnswerIsBetterThanNoneWhereTcpFails() throws IOException {
        FakeUpstream.Behaviour noTcp = (query, overTcp) -> overTcp ? List.of() : long60(query, false);
        try (var upstream = new FakeUpstream(noTcp)) {
            assertThat(ask(ServerOnLoopback.PATIENT, Messages.query("example.org", Type.A), upstream).getHeader().getFlag(Flags.TC))
                    .isTrue();
        }
    }

    @Test
    void whatTheClientSaysWithEdnsReachesTheUpstream() throws IOException {
        var seen = new AtomicReference<OPTRecord>();
        try (var upstream = new FakeUpstream((query, overTcp) -> {
            seen.set(new Message(query).getOPT());
            return GOOD.answer(query, overTcp);
        })) {
            Message query = Messages.query("example.org", Type.A);
            EDNSOption option = new GenericEDNSOption(65001, new byte[] {1, 2, 3});
            query.addRecord(new OPTRecord(1232, 0, 0, 0x8000, List.of(option)), Section.ADDITIONAL);
            ask(ServerOnLoopback.PATIENT, query, upstream);
            assertThat(seen.get().getPayloadSize()).isEqualTo(1232);
            assertThat(seen.get().getFlags()).isEqualTo(0x8000);
            assertThat(seen.get().getOptions(65001)).containsExactly(option);
        }
    }

    @Test
    void serversOfTheContainerComeInsteadOfTheHostsAndNeverItself() throws IOException {
        try (var host = new FakeUpstream(SILENT); var own = new FakeUpstream(GOOD);
                var dns = new ServerOnLoopback(ServerOnLoopback.PATIENT, host)) {
            var directory = TableDirectory.of("db", "10.9.0.3");
            directory.servers.add(new InetSocketAddress(NameServer.ADDRESS, 53));
            directory.servers.add(own.address());
            InetSocketAddress web = dns.serve("web", directory);
            assertThat(Messages.answers(Messages.overUdp(web, Messages.query("example.org", Type.A)))).containsExactly("192.0.2.1");
            assertThat(host.udpQueries).hasValue(0);
        }
    }

    private static List<byte[]> long60(byte[] query, boolean overTcp) throws IOException {
        Message reply = FakeUpstream.reply(query, Rcode.NOERROR);
        if (!overTcp) {
            reply.getHeader().setFlag(Flags.TC);
            return List.of(reply.toWire());
        }
        for (int i = 1; i <= 60; i++) {
            reply.addRecord(new ARecord(Name.fromString("example.org."), DClass.IN, 60, InetAddress.ofLiteral("192.0.2." + i)),
                    Section.ANSWER);
        }
        return List.of(reply.toWire());
    }

    private static Message ask(Limits limits, Message query, FakeUpstream... upstreams) throws IOException {
        try (var dns = new ServerOnLoopback(limits, upstreams)) {
            return Messages.overUdp(dns.serve("web", TableDirectory.of("db", "10.9.0.3")), query);
        }
    }
}
