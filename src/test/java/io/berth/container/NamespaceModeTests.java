package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class NamespaceModeTests {

    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    @Test
    void nothingIsSharedByDefault() {
        var host = host("");
        assertThat(NamespaceMode.pid(host)).isEqualTo(new NamespaceMode.Own());
        assertThat(NamespaceMode.ipc(host)).isEqualTo(new NamespaceMode.Own());
        assertThat(NamespaceMode.uts(host)).isEqualTo(new NamespaceMode.Own());
    }

    @Test
    void modesAreReadAsTheyAreWritten() {
        assertThat(NamespaceMode.pid(host("'PidMode':'host'"))).isEqualTo(new NamespaceMode.Host());
        assertThat(NamespaceMode.pid(host("'PidMode':'container:a:b'"))).isEqualTo(new NamespaceMode.Container("a:b"));
        assertThat(NamespaceMode.ipc(host("'IpcMode':'shareable'"))).isEqualTo(new NamespaceMode.Own());
        assertThat(NamespaceMode.ipc(host("'IpcMode':'container:x'"))).isEqualTo(new NamespaceMode.Container("x"));
        assertThat(NamespaceMode.uts(host("'UTSMode':'host'"))).isEqualTo(new NamespaceMode.Host());
    }

    @ParameterizedTest
    @CsvSource({"PidMode,shareable,PID", "PidMode,container:,PID", "IpcMode,hosts,IPC", "UTSMode,container:x,UTS", "UTSMode,x,UTS"})
    void othersAreRefusedByTheirName(String field, String mode, String kind) {
        assertThatThrownBy(() -> NamespaceMode.check(config(""), host("'" + field + "':'" + mode + "'")))
                .isInstanceOf(InvalidArgumentException.class).hasMessage("invalid " + kind + " mode: " + mode);
    }

    @Test
    void nameOfItsOwnDoesNotGoWithTheHosts() {
        NamespaceMode.check(config("'Hostname':''"), host("'UTSMode':'host'"));
        assertThatThrownBy(() -> NamespaceMode.check(config("'Hostname':'a'"), host("'UTSMode':'host'")))
                .hasMessage("conflicting options: hostname and the UTS mode");
    }

    private static HostConfig host(String members) {
        return JSON.readValue("{" + members.replace('\'', '"') + "}", HostConfig.class);
    }

    private static ContainerConfig config(String members) {
        return JSON.readValue("{" + members.replace('\'', '"') + "}", ContainerConfig.class);
    }
}
