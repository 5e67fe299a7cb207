package io.berth.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import io.berth.error.UnavailableException;
import io.berth.instance.IdMap.Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubordinateIdsTests {

    @TempDir
    Path etc;

    @BeforeEach
    void accounts() throws IOException {
        Files.writeString(etc.resolve("passwd"), "root:x:0:0:root:/root:/bin/sh\nalice:x:1001:1001::/home/alice:/bin/sh\n");
        Files.writeString(etc.resolve("group"), "root:x:0:\nwheel:x:10:alice\n");
        Files.writeString(etc.resolve("subuid"), "# comment\ndockremap:165536:65536\nalice:400000:1000\n1001:300000:65536\nbroken:x:1\nshort:5000:5\n");
        Files.writeString(etc.resolve("subgid"), "dockremap:165536:65536\nalice:500000:65536\n10:600000:65536\nshort:5000:5\n");
    }

    @Test
    void nothingIsMappedUnlessItIsAskedFor() {
        assertThat(new SubordinateIds("", etc).map()).isEmpty();
    }

    @Test
    void theDefaultUserIsDockers() {
        var ids = map("default");
        assertThat(ids.users()).containsExactly(new Range(0, 165_536, 65_536));
        assertThat(ids.groups()).containsExactly(new Range(0, 165_536, 65_536));
        assertThat(map("dockremap")).isEqualTo(ids);
    }

    @Test
    void rangesOfAUserFollowEachOther() {
        for (var value : List.of("alice", "1001")) {
            assertThat(map(value).users()).as(value).containsExactly(new Range(0, 300_000, 65_536), new Range(65_536, 400_000, 1_000));
            assertThat(map(value).groups()).as(value).containsExactly(new Range(0, 500_000, 65_536));
        }
    }

    @Test
    void rangesOfAGroupAreThoseOfItsNameOrNumberElseOfTheUser() {
        assertThat(map("alice:wheel").groups()).containsExactly(new Range(0, 600_000, 65_536));
        assertThat(map("1001:10").groups()).containsExactly(new Range(0, 600_000, 65_536));
        assertThat(map("alice:alice").groups()).containsExactly(new Range(0, 500_000, 65_536));
    }

    @Test
    void aRangeMayBeSaidItself() {
        assertThat(map("100000-165535").users()).containsExactly(new Range(0, 100_000, 65_536));
        assertThat(map("100000-165535").groups()).containsExactly(new Range(0, 100_000, 65_536));
    }

    @Test
    void rootIsNotMappedToItself() {
        assertThat(new SubordinateIds("root", etc).map()).isEmpty();
        assertThat(new SubordinateIds("0:0", etc).map()).isEmpty();
    }

    @Test
    void whoHasNoIdsIsNamed() throws IOException {
        assertThatThrownBy(() -> map("bob")).isInstanceOf(UnavailableException.class).hasMessage("berth.userns-remap: /etc/subuid has no range of ids for user bob; "
                + "give it one, such as bob:100000:65536 in /etc/subuid and /etc/subgid, or leave the property empty");
        assertThatThrownBy(() -> map("short")).isInstanceOf(UnavailableException.class);
        Files.delete(etc.resolve("subgid"));
        assertThatThrownBy(() -> map("default")).isInstanceOf(UnavailableException.class).hasMessageContaining("/etc/subgid has no range of ids for user dockremap");
    }

    @Test
    void valuesThatSayNothingAreRefused() {
        for (var value : List.of("a:b:c", ":", "alice:", "al ice", "0-65535", "100000-100004", "1-4294967295", "200000-100000")) {
            assertThatThrownBy(() -> map(value)).as(value).isInstanceOf(InvalidArgumentException.class).hasMessageStartingWith("berth.userns-remap \"" + value + "\"");
        }
    }

    @Test
    void idsAreFoundInBothDirections() {
        var ids = map("alice");
        assertThat(ids.hostUser(0)).isEqualTo(300_000);
        assertThat(ids.hostUser(65_535)).isEqualTo(365_535);
        assertThat(ids.hostUser(65_536)).isEqualTo(400_000);
        assertThat(ids.hostUser(66_536)).isEqualTo(-1);
        assertThat(ids.hostGroup(7)).isEqualTo(500_007);
        assertThat(ids.innerUser(400_999)).isEqualTo(66_535);
        assertThat(ids.innerUser(401_000)).isEqualTo(IdMap.OVERFLOW);
        assertThat(ids.innerGroup(0)).isEqualTo(IdMap.OVERFLOW);
        assertThat(IdMap.parse(ids.userLines(), ids.groupLines())).isEqualTo(ids);
        assertThat(IdMap.parse("         0     300000      65536\n", "0 1 1\n").hostUser(1)).isEqualTo(300_001);
        assertThatThrownBy(() -> IdMap.parse("", "0 1 1\n")).isInstanceOf(IllegalArgumentException.class);
    }

    private IdMap map(String value) {
        return new SubordinateIds(value, etc).map().orElseThrow();
    }
}
