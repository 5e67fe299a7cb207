package io.berth.engineapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DetachKeysTests {

    private static ByteBuffer typed(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void keysEndAndWhatOnlyBeginsLikeThemIsPassedOn() {
        var keys = DetachKeys.parse("");
        assertThat(keys.filter(typed("ab"))).isEqualTo(typed("ab"));
        assertThat(keys.filter(typed("\u0010"))).isEqualTo(typed(""));
        assertThat(keys.filter(typed("c"))).isEqualTo(typed("\u0010c"));
        assertThat(keys.filter(typed("x\u0010\u0011"))).isNull();
    }

    @Test
    void otherKeysMayBeChosen() {
        assertThat(DetachKeys.parse("ctrl-a,d").filter(typed("\u0001d"))).isNull();
        assertThatThrownBy(() -> DetachKeys.parse("ctrl-")).isInstanceOf(InvalidArgumentException.class);
    }
}
