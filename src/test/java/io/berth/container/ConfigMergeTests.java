package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigMergeTests {

    @Test
    void whatTheImageHasKeepsItsPlaceAndOfWhatIsAskedTwiceTheLastCounts() {
        assertThat(ConfigMerge.environment(List.of("PATH=/bin", "A=image", "B=image"), List.of("X=1", "A=asked", "Y=1", "X=2", "B")))
                .containsExactly("PATH=/bin", "A=asked", "Y=1", "X=2");
    }

    @Test
    void aLineWithoutANameIsRefused() {
        assertThatThrownBy(() -> ConfigMerge.environment(List.of(), List.of("=x"))).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("invalid environment variable: =x");
    }
}
