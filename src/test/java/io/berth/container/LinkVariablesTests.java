package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class LinkVariablesTests {

    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    private static List<String> of(String alias, Map<String, Object> config) {
        return LinkVariables.of("web", alias, "172.17.0.2", JSON.convertValue(config, ContainerConfig.class));
    }

    @Test
    void portsNameAndEnvironmentAreTold() {
        assertThat(of("my-db", Map.of("ExposedPorts", Map.of("53/udp", Map.of(), "5432/tcp", Map.of()), "Env", List.of("PATH=/bin", "USER=x=y"))))
                .containsExactly("MY_DB_PORT=tcp://172.17.0.2:5432", "MY_DB_PORT_5432_TCP=tcp://172.17.0.2:5432",
                        "MY_DB_PORT_5432_TCP_ADDR=172.17.0.2", "MY_DB_PORT_5432_TCP_PORT=5432", "MY_DB_PORT_5432_TCP_PROTO=tcp",
                        "MY_DB_PORT_53_UDP=udp://172.17.0.2:53", "MY_DB_PORT_53_UDP_ADDR=172.17.0.2", "MY_DB_PORT_53_UDP_PORT=53",
                        "MY_DB_PORT_53_UDP_PROTO=udp", "MY_DB_NAME=/web/my-db", "MY_DB_ENV_USER=x=y");
        assertThat(of("db", Map.of())).containsExactly("DB_NAME=/web/db");
    }

    @Test
    void portsInARowAreARange() {
        assertThat(of("db", Map.of("ExposedPorts", Map.of("9/tcp", Map.of(), "10/tcp", Map.of(), "11/tcp", Map.of(), "20/tcp", Map.of()))))
                .containsSubsequence("DB_PORT=tcp://172.17.0.2:9", "DB_PORT_11_TCP_PROTO=tcp", "DB_PORT_9_TCP_START=tcp://172.17.0.2:9",
                        "DB_PORT_9_TCP_PORT_START=9", "DB_PORT_9_TCP_END=tcp://172.17.0.2:11", "DB_PORT_9_TCP_PORT_END=11", "DB_PORT_20_TCP_PROTO=tcp")
                .noneMatch(line -> line.startsWith("DB_PORT_20_TCP_START"));
    }

    @Test
    void namesAreReadInAllForms() {
        assertThat(LinkName.parse("db")).isEqualTo(new LinkName("db", "db"));
        assertThat(LinkName.parse("db:data")).isEqualTo(new LinkName("db", "data"));
        assertThat(LinkName.parse("/db:/web/data")).isEqualTo(new LinkName("db", "data"));
        assertThatThrownBy(() -> LinkName.parse("")).hasMessage("empty string specified for links");
        for (var text : List.of("a:b:c", "db:", ":db", "db:a b", "db:a\nb", "db:a=b")) {
            assertThatThrownBy(() -> LinkName.parse(text)).isInstanceOf(InvalidArgumentException.class).hasMessage("bad format for links: " + text);
        }
    }
}
