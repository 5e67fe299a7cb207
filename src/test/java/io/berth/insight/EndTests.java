package io.berth.insight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            0|false|""|Its first process ended by itself and reported success.
            3|false|""|Its first process ended by itself and reported failure: code 3.
            127|false|""|Its first process ended with code 127: by custom, a program that was not found.
            137|true|""|The kernel killed it: its cgroup had reached the memory limit.
            137|false|""|Its first process was ended by SIGKILL (code 137 = 128 + 9).
            143|false|""|Its first process was ended by SIGTERM (code 143 = 128 + 15).
            168|false|""|Its first process was ended by signal 40 (code 168 = 128 + 40).
            255|false|"the host went down"|It ended otherwise than by itself: the host went down.
            """)
    void whyIsASentence(int code, boolean oomKilled, String error, String why) {
        assertThat(End.why(code, oomKilled, error)).isEqualTo(why);
    }
}
