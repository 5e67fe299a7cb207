package io.berth.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import io.berth.oci.RunConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigChangesTests {

    private static final RunConfig BEFORE = ConfigChanges.apply(RunConfig.EMPTY, List.of("CMD [\"run\"]", "ENV A=1 B=2", "USER u", "WORKDIR /w",
            "EXPOSE 80", "LABEL l=1", "VOLUME /v"));

    @Test
    void instructionsChangeWhatTheyName() {
        var after = ConfigChanges.apply(BEFORE, List.of("ENV A=3", "WORKDIR sub", "EXPOSE 53/udp", "LABEL m=\"two words\"", "STOPSIGNAL SIGINT"));
        assertThat(after.env()).containsExactlyInAnyOrder("A=3", "B=2");
        assertThat(after.workingDir()).isEqualTo("/w/sub");
        assertThat(after.exposedPorts()).containsExactly("53/udp", "80/tcp");
        assertThat(after.labels()).containsEntry("m", "two words").containsEntry("l", "1");
        assertThat(after.cmd()).containsExactly("run");
    }

    @Test
    void anEntrypointDropsTheCommandThatWasMadeForAnother() {
        assertThat(ConfigChanges.apply(BEFORE, List.of("ENTRYPOINT [\"e\"]")).cmd()).isNull();
        assertThat(ConfigChanges.apply(BEFORE, List.of("CMD [\"c\"]", "ENTRYPOINT [\"e\"]")).cmd()).containsExactly("c");
    }

    @Test
    void whatIsLeftOpenIsInherited() {
        var draft = new RunConfigDraft(ConfigChanges.apply(RunConfig.EMPTY, List.of("ENV B=9 C=3", "USER other")));
        draft.inherit(BEFORE);
        var merged = draft.toConfig();
        assertThat(merged.env()).containsExactlyInAnyOrder("A=1", "B=9", "C=3");
        assertThat(merged.user()).isEqualTo("other");
        assertThat(merged.cmd()).containsExactly("run");
        assertThat(merged.volumes()).containsExactly("/v");

        var withEntrypoint = new RunConfigDraft(ConfigChanges.apply(RunConfig.EMPTY, List.of("ENTRYPOINT [\"e\"]")));
        withEntrypoint.inherit(BEFORE);
        assertThat(withEntrypoint.toConfig().cmd()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FROM x", "RUN x", "COPY a b", "ENV", "EXPOSE 99999", "ENV =x"})
    void otherInstructionsAreRefused(String instruction) {
        assertThatThrownBy(() -> ConfigChanges.apply(BEFORE, List.of(instruction))).isInstanceOf(InvalidArgumentException.class);
    }
}
