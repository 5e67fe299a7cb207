package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostsFileTests {

    @Test
    void loopbackComesFirstAndTheContainerItselfLast() {
        assertThat(HostsFile.text(List.of(new HostsFile.Line("172.17.0.2", List.of("web.example", "web"))),
                List.of(new HostsFile.Line("10.0.0.1", List.of("db"))))).isEqualTo("""
                127.0.0.1\tlocalhost
                ::1\tlocalhost ip6-localhost ip6-loopback
                fe00::\tip6-localnet
                ff00::\tip6-mcastprefix
                ff02::1\tip6-allnodes
                ff02::2\tip6-allrouters
                10.0.0.1\tdb
                172.17.0.2\tweb.example web
                """);
    }

    @Test
    void theHostsFileIsKeptAndExtended() {
        assertThat(HostsFile.with("127.0.0.1 localhost", List.of(new HostsFile.Line("10.0.0.1", List.of("db")))))
                .isEqualTo("127.0.0.1 localhost\n10.0.0.1\tdb\n");
        assertThat(HostsFile.with("127.0.0.1 localhost", List.of())).isEqualTo("127.0.0.1 localhost");
    }

    @Test
    void aNameCannotMakeALineOfItsOwn() {
        for (String name : List.of("a\n6.6.6.6 bank", "a b", "", "a#b", "a\u0085b")) {
            assertThatThrownBy(() -> new HostsFile.Line("10.0.0.1", List.of(name))).isInstanceOf(InvalidArgumentException.class);
        }
    }

    @Test
    void linesOfANameAreChangedAndNoOthers() {
        var text = "127.0.0.1\tlocalhost\n10.0.0.2\tdb 3f2a\n# 10.0.0.2\tdb\n10.0.0.3\tdb2 db\n10.0.0.4 db\n";
        assertThat(HostsFile.withAddress(text, "db", "10.0.0.9"))
                .isEqualTo("127.0.0.1\tlocalhost\n10.0.0.9\tdb 3f2a\n# 10.0.0.2\tdb\n10.0.0.3\tdb2 db\n10.0.0.4 db\n");
        assertThat(HostsFile.without(text, "db")).isEqualTo("127.0.0.1\tlocalhost\n# 10.0.0.2\tdb\n10.0.0.3\tdb2 db\n10.0.0.4 db\n");
    }
}
