package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class LogOptionsTests {

    private static final LogOptions.Kept STANDARD = new LogOptions.Kept(7, 3);

    @Test
    void nothingSaidIsTheStandard() {
        assertThat(LogOptions.kept(host("json-file", Map.of()), STANDARD)).isEqualTo(STANDARD);
        assertThat(LogOptions.kept(host("local", Map.of()), STANDARD)).isEqualTo(new LogOptions.Kept(20 << 20, 5));
    }

    @ParameterizedTest
    @CsvSource({"json-file, 10m, 10000000", "json-file, 1.5K, 1500", "json-file, 3, 3", "json-file, 2gb, 2000000000", "json-file, -1, 0", "local, 10m, 10485760"})
    void sizesHaveTheUnitsOfTheirDriver(String driver, String text, long bytes) {
        assertThat(LogOptions.kept(host(driver, Map.of("max-size", text)), STANDARD).bytes()).isEqualTo(bytes);
    }

    @Test
    void oneFileIsKeptWhenOnlyItsSizeIsSaid() {
        assertThat(LogOptions.kept(host("json-file", Map.of("max-size", "1m")), STANDARD).files()).isEqualTo(1);
        assertThat(LogOptions.kept(host("json-file", Map.of("max-size", "1m", "max-file", "4")), STANDARD).files()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"syslog, a, b, 'error looking up logging plugin syslog: plugin \"syslog\" not found'",
        "json-file, x, 1, unknown log opt 'x' for json-file log driver",
        "local, labels, a, unknown log opt 'labels' for log-driver local",
        "json-file, max-size, much, invalid value for max-size: invalid size: 'much'",
        "json-file, max-size, 0, invalid value for max-size: invalid size: '0'",
        "json-file, max-size, 99999999999999999999, invalid value for max-size: invalid size: '99999999999999999999'",
        "json-file, max-file, 0, max-file cannot be less than 1",
        "json-file, max-file, many, 'invalid value for max-file: \"many\" is no number'",
        "json-file, compress, maybe, 'invalid value for compress: \"maybe\" is neither true nor false'",
        "json-file, compress, true, compress cannot be true when max-file is less than 2 or max-size is not set",
        "json-file, mode, fast, logger: logging mode not supported: fast",
        "json-file, max-buffer-size, 1m, logger: max-buffer-size option is only supported with 'mode=non-blocking'"})
    void whatIsWrongIsRefused(String driver, String option, String value, String message) {
        assertThatThrownBy(() -> LogOptions.check(host(driver, Map.of(option, value)))).isInstanceOf(InvalidArgumentException.class).hasMessage(message);
    }

    @Test
    void whatHasNoEffectIsWarnedOf() {
        assertThat(LogOptions.check(host("json-file", Map.of("compress", "true", "max-size", "1m", "max-file", "2")))).singleElement().asString().contains("compression");
        assertThat(LogOptions.check(host("local", Map.of("mode", "non-blocking", "max-buffer-size", "4m")))).singleElement().asString().contains("non-blocking");
        assertThat(LogOptions.check(host("local", Map.of()))).isEmpty();
        assertThat(LogOptions.check(host("none", Map.of("anything", "goes")))).isEmpty();
    }

    private static HostConfig host(String driver, Map<String, String> options) {
        return JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build().readValue("{}", HostConfig.class).with(Map.of("logConfig", new HostConfig.LogConfig(driver, options)));
    }
}
