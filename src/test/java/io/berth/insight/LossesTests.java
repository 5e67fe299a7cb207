package io.berth.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LossesTests {

    @Test
    void whatIsLostIsASentence() {
        assertThat(Losses.text(written(1, 512), List.of())).isEqualTo("1 file, 512 B exists only in this container.");
        assertThat(Losses.text(written(31, 214_000_000), List.of(new LossView.Anonymous("f00", "/data", 1_500, true))))
                .isEqualTo("31 files, 214.0 MB exist only in this container. The volume at /data (1.5 kB) has no name and goes with it.");
        assertThat(Losses.text(written(0, 0), List.of(new LossView.Anonymous("f00", "/data", 0, false))))
                .isEqualTo("The volume at /data (0 B) has no name: it stays, but nothing leads to it.");
        assertThat(Losses.text(written(0, 0), List.of())).isEmpty();
    }

    private static ChangesView written(long files, long bytes) {
        return new ChangesView(files, bytes, 0, false, List.of(), List.of());
    }
}
