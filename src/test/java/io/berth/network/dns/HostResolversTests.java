package io.berth.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostResolversTests {

    @TempDir
    Path folder;

    @Test
    void theFileIsReadAgainWhenItIsAnother() throws IOException {
        Path file = folder.resolve("resolv.conf");
        var resolvers = new HostResolvers(file, text -> text.lines().toList());
        assertThat(resolvers.get()).isEmpty();
        Files.writeString(file, "127.0.0.53\nnonsense\n");
        assertThat(resolvers.get()).containsExactly(at("127.0.0.53"));
        Path next = Files.writeString(folder.resolve("next"), "10.0.0.1\nfd00::1\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        assertThat(resolvers.get()).containsExactly(at("10.0.0.1"), at("fd00::1"));
        Files.delete(file);
        assertThat(resolvers.get()).isEmpty();
    }

    @Test
    void itIsNotReadAgainWithoutReason() throws IOException {
        Path file = Files.writeString(folder.resolve("resolv.conf"), "10.0.0.1\n");
        int[] reads = {0};
        var resolvers = new HostResolvers(file, text -> {
            reads[0]++;
            return List.of("10.0.0.1");
        });
        resolvers.get();
        resolvers.get();
        assertThat(reads[0]).isEqualTo(1);
    }

    private static InetSocketAddress at(String address) {
        return new InetSocketAddress(address, 53);
    }
}
