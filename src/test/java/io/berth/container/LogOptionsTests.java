package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import io.berth.runtime.LaunchOp.LogRotation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class LogOptionsTests {

    private static final LogRotation STANDARD = new LogRotation(7, 3, false);

    @Test
    void nothingSaidIsTheStandard() {
        assertThat(LogOptions.rotation(host("json-file", Map.of()), STANDARD)).isEqualTo(STANDARD);
        assertThat(LogOptions.rotation(host("local", Map.of()), STANDARD)).isEqualTo(new LogRotation(20 << 20, 5, true));
    }

    @ParameterizedTest
    @CsvSource({"json-file, 10m, 10000000", "json-file, 1.5K, 1500", "json-file, 3, 3", "json-file, 2gb, 2000000000", "json-file, -1, 0", "local, 10m, 10485760"})
    void sizesHaveTheUnitsOfTheirDriver(String driver, String text, long bytes) {
        assertThat(LogOptions.rotation(host(driver, Map.of("max-size", text)), STANDARD).maxBytes()).isEqualTo(bytes);
    }

    @Test
    void oneFileIsKeptWhenOnlyItsSizeIsSaid() {
        assertThat(LogOptions.rotation(host("json-file", Map.of("max-size", "1m")), STANDARD).maxFiles()).isEqualTo(1);
        assertThat(LogOptions.rotation(host("json-file", Map.of("max-size", "1m", "max-file", "4")), STANDARD).maxFiles()).isEqualTo(4);
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
        "json-file, compress, maybe, 'strconv.ParseBool: parsing \"maybe\": invalid syntax'",
        "json-file, compress, '', 'strconv.ParseBool: parsing \"\": invalid syntax'",
        "local, compress, maybe, 'error reading compress log option: strconv.ParseBool: parsing \"maybe\": invalid syntax'",
        "json-file, compress, true, compress cannot be true when max-file is less than 2 or max-size is not set",
        "local, max-file, 1, compression cannot be enabled when max file count is 1",
        "local, max-size, -1, invalid value for max-size: invalid size: '-1'",
        "json-file, mode, fast, logger: logging mode not supported: fast",
        "json-file, max-buffer-size, 1m, logger: max-buffer-size option is only supported with 'mode=non-blocking'"})
    void whatIsWrongIsRefused(String driver, String option, String value, String message) {
        assertThatThrownBy(() -> LogOptions.check(host(driver, Map.of(option, value)))).isInstanceOf(InvalidArgumentException.class).hasMessage(message);
    }

    @Test
    void compressionNeedsFilesThatAreRotated() {
        var refused = "compress cannot be true when max-file is less than 2 or max-size is not set";
        for (var options : List.of(Map.of("compress", "true", "max-size", "1m"), Map.of("compress", "true", "max-file", "2"),
                Map.of("compress", "1", "max-size", "1m", "max-file", "1"), Map.of("compress", "T", "max-size", "-1", "max-file", "2"))) {
            assertThatThrownBy(() -> LogOptions.check(host("json-file", options))).hasMessage(refused);
        }
        var compressed = host("json-file", Map.of("compress", "true", "max-size", "1m", "max-file", "2"));
        LogOptions.check(compressed);
        assertThat(LogOptions.rotation(compressed, STANDARD)).isEqualTo(new LogRotation(1_000_000, 2, true));
        var plain = host("local", Map.of("compress", "false", "max-file", "1"));
        LogOptions.check(plain);
        assertThat(LogOptions.rotation(plain, STANDARD)).isEqualTo(new LogRotation(20 << 20, 1, false));
    }

    @ParameterizedTest
    @CsvSource({"'', 1048576", "1k, 1024", "4m, 4194304", "0, 1"})
    void outputWaitsInABufferWhenItIsNotToBlock(String size, long bytes) {
        var options = size.isEmpty() ? Map.of("mode", "non-blocking") : Map.of("mode", "non-blocking", "max-buffer-size", size);
        LogOptions.check(host("json-file", options));
        LogOptions.check(host("local", options));
        assertThat(LogOptions.buffer(host("json-file", options))).isEqualTo(bytes);
    }

    @Test
    void outputBlocksWhenNothingIsSaid() {
        assertThat(LogOptions.buffer(host("local", Map.of()))).isZero();
        assertThat(LogOptions.buffer(host("json-file", Map.of("mode", "blocking")))).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1"})
    void bufferOfNoSizeIsRefused(String size) {
        assertThatThrownBy(() -> LogOptions.check(host("local", Map.of("mode", "non-blocking", "max-buffer-size", size))))
                .isInstanceOf(InvalidArgumentException.class).hasMessage("error parsing option max-buffer-size: invalid size: '" + size + "'");
    }

    @Test
    void driverWithoutALogTakesEverything() {
        LogOptions.check(host("none", Map.of("anything", "goes")));
    }

    private static HostConfig host(String driver, Map<String, String> options) {
        return JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build().readValue("{}", HostConfig.class).with(Map.of("logConfig", new HostConfig.LogConfig(driver, options)));
    }
}
