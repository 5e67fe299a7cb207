package io.berth.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against the kernel, in a namespace of the test. */
@Tag("privileged")
class LibNftablesTests {

    @Test
    void anElementThatIsTakenIsRefusedAsExisting() throws Exception {
        OwnNetwork.run(() -> {
            try (LibNftables nft = LibNftables.open()) {
                nft.run("add table inet t; add map inet t m { type inet_service : ipv4_addr . inet_service; }");
                nft.run("create element inet t m { 80 : 10.0.0.2 . 8080 }");
                assertThatThrownBy(() -> nft.run("create element inet t m { 80 : 10.0.0.3 . 8080 }"))
                        .isInstanceOfSatisfying(LibNftables.RefusedException.class,
                                refused -> assertThat(refused.alreadyExists()).isTrue());
                assertThat(nft.run("list map inet t m")).contains("80 : 10.0.0.2 . 8080");
                assertThatThrownBy(() -> nft.run("list table inet other"))
                        .isInstanceOfSatisfying(LibNftables.RefusedException.class,
                                refused -> assertThat(refused.notFound()).isTrue());
            }
        });
    }

    @Test
    void aScriptIsCarriedOutWholeOrNotAtAll() throws Exception {
        OwnNetwork.run(() -> {
            try (LibNftables nft = LibNftables.open()) {
                assertThatThrownBy(() -> nft.run("add table inet t; delete table inet missing"))
                        .isInstanceOf(LibNftables.RefusedException.class);
                assertThat(nft.run("list tables")).isEmpty();
            }
        });
    }
}
