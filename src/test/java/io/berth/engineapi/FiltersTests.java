package io.berth.engineapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

class FiltersTests {

    private static final Set<String> KNOWN = Set.of("label", "label!", "until", "status");
    private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");

    @ParameterizedTest
    @ValueSource(strings = {"{\"label\":[\"a\",\"b=c\"]}", "{\"label\":{\"a\":true,\"b=c\":true}}"})
    void bothFormsAreRead(String text) {
        var filters = of(text);
        assertThat(filters.labels(Map.of("a", "x", "b", "c"))).isTrue();
        assertThat(filters.labels(Map.of("a", "x", "b", "d"))).isFalse();
    }

    @Test
    void labelsCanBeUnwanted() {
        assertThat(of("{\"label!\":[\"a=b\"]}").labels(Map.of("a", "c"))).isTrue();
        assertThat(of("{\"label!\":[\"a=b\"]}").labels(Map.of("a", "b"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"odd\":[\"a\"]}", "[\"a\"]", "no json", "7"})
    void whatIsNotAFilterIsRefused(String text) {
        assertThatThrownBy(() -> of(text)).isInstanceOf(InvalidArgumentException.class).hasMessageStartingWith("invalid filter");
    }

    @Test
    void valuesCanBeOfAClosedList() {
        assertThatThrownBy(() -> of("{\"status\":[\"odd\"]}").requireValues("status", "state", List.of("running", "exited")))
                .isInstanceOf(InvalidArgumentException.class).hasMessage("invalid filter 'status=odd': invalid value for state (odd): must be one of running, exited");
    }

    @ParameterizedTest
    @CsvSource({"1h30m, 2026-02-03T02:35:06Z", "90s, 2026-02-03T04:03:36Z", "0s, 2026-02-03T04:05:06Z", "500ms, 2026-02-03T04:05:05.5Z",
        "2026-01-01, 2026-01-01T00:00:00Z", "2026-01-01T10:00:00, 2026-01-01T10:00:00Z", "2026-01-01T10:00:00+02:00, 2026-01-01T08:00:00Z",
        "1700000000.5, 2023-11-14T22:13:20.5Z"})
    void untilIsATimeOrALengthOfTime(String text, Instant time) {
        assertThat(of("{\"until\":[\"" + text + "\"]}").until(NOW)).isEqualTo(time);
    }

    @Test
    void untilIsOneTime() {
        assertThat(of("{}").until(NOW)).isNull();
        assertThatThrownBy(() -> of("{\"until\":[\"1h\",\"2h\"]}").until(NOW)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> of("{\"until\":[\"soon\"]}").until(NOW)).isInstanceOf(InvalidArgumentException.class);
    }

    private static Filters of(String text) {
        var request = new MockHttpServletRequest();
        request.setParameter("filters", text);
        return Filters.of(request, KNOWN);
    }
}
