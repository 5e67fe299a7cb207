package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The walk beside another engine needs that engine; that it can be read, and leaves no option of the CLI out, is seen here. */
class WalkIT {

    @Test
    void eachOptionOfTheClientHasAStep() {
        assertThat(Command.run("python3", Path.of("src/walk/walk.py").toAbsolutePath().toString(), "--check").expect(0).err()).isEmpty();
    }
}
