package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolvConfTests {

    private static final String HOST = """
            # made by hand
            nameserver 127.0.0.1
            nameserver 192.0.2.53
            nameserver ::1
            domain old.example
            search example.org example.net
            options edns0 ndots:2
            sortlist 130.155.160.0
            """;

    @Test
    void theHostsServersAreKeptWithoutLoopbackOnes() {
        assertThat(ResolvConf.parse(HOST).withoutLoopback().text()).isEqualTo("""
                nameserver 192.0.2.53
                search example.org example.net
                options edns0 ndots:2
                """);
    }

    @Test
    void publicServersTakeTheirPlaceWhenNoneIsLeft() {
        assertThat(ResolvConf.parse("nameserver 127.0.0.53").withoutLoopback().servers()).containsExactly("8.8.8.8", "8.8.4.4");
        assertThat(ResolvConf.parse("").withoutLoopback().servers()).containsExactly("8.8.8.8", "8.8.4.4");
    }

    @Test
    void whatWasAskedForWinsListByList() {
        ResolvConf asked = ResolvConf.parse(HOST).overriddenBy(List.of("10.0.0.1", "127.0.0.1"), List.of("."), List.of());
        assertThat(asked.text()).isEqualTo("nameserver 10.0.0.1\nnameserver 127.0.0.1\noptions edns0 ndots:2\n");
    }

    @Test
    void wordsThatWouldMakeLinesAreRefused() {
        ResolvConf host = ResolvConf.parse(HOST);
        assertThatThrownBy(() -> host.overriddenBy(List.of("ns.example"), List.of(), List.of()))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> host.overriddenBy(List.of(), List.of("a\nnameserver 6.6.6.6"), List.of()))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> host.overriddenBy(List.of(), List.of(), List.of("a b"))).isInstanceOf(InvalidArgumentException.class);
    }
}
