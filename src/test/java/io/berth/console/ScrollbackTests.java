package io.berth.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScrollbackTests {

    private final Scrollback kept = new Scrollback(8);

    private void append(String text) {
        kept.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private String from(long position) {
        return new String(kept.read(position, 100), StandardCharsets.US_ASCII);
    }

    @Test
    void positionsCountFromTheFirstByteThatThereEverWas() {
        append("abc");
        append("def");
        assertThat(kept.begin()).isZero();
        assertThat(kept.end()).isEqualTo(6);
        assertThat(from(0)).isEqualTo("abcdef");
        assertThat(from(4)).isEqualTo("ef");
        assertThat(from(6)).isEmpty();
    }

    @Test
    void oldestGoesWhereThereIsNoRoom() {
        append("abcdef");
        append("ghijk");
        assertThat(kept.begin()).isEqualTo(3);
        assertThat(from(3)).isEqualTo("defghijk");
        append("0123456789abcdefghij");
        assertThat(from(kept.begin())).isEqualTo("cdefghij");
        assertThatThrownBy(() -> kept.read(kept.begin() - 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> kept.read(kept.end() + 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void readsNoMoreThanIsAskedFor() {
        append("abcdef");
        assertThat(kept.read(1, 2)).containsExactly('b', 'c');
    }

    @Test
    void wholeLineBeginsAfterTheNextEndOfOne() {
        append("ab\ncd\nef");
        assertThat(kept.wholeLine(1, 8)).isEqualTo(3);
        assertThat(kept.wholeLine(1, 1)).isEqualTo(1);
        assertThat(kept.wholeLine(6, 8)).isEqualTo(6);
    }

    @Test
    void piecesOfAnySizeAreTheSameStream() {
        var random = new Random(7);
        var all = new StringBuilder();
        var large = new Scrollback(20_000);
        for (int i = 0; i < 500; i++) {
            var piece = Integer.toString(i).repeat(1 + random.nextInt(60));
            all.append(piece);
            large.append(ByteBuffer.wrap(piece.getBytes(StandardCharsets.US_ASCII)));
            long from = large.begin() + random.nextInt((int) (large.end() - large.begin()));
            assertThat(new String(large.read(from, 500), StandardCharsets.US_ASCII))
                    .isEqualTo(all.substring((int) from, (int) Math.min(all.length(), from + 500)));
        }
        assertThat(large.end()).isEqualTo(all.length());
    }
}
