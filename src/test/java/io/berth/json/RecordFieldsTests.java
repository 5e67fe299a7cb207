package io.berth.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

class RecordFieldsTests {

    @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
    record Inner(String name) {}

    @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
    record Outer(String text, @JsonProperty("OTHERName") String named, List<Inner> list, Map<String, List<Inner>> map, Inner inner, Map<String, String> free) {}

    @Test
    void namesAreThoseOfTheWire() {
        assertThat(RecordFields.of(Outer.class).keySet()).containsExactly("Text", "OTHERName", "List", "Map", "Inner", "Free");
    }

    @Test
    void whatIsKnownPassesInAnyLetters() {
        RecordFields.requireKnown(DockerJson.MAPPER.readTree("""
                {"text":"x","othername":"y","List":[{"Name":"z"}],"Map":{"any":[{"name":"z"}]},"Inner":null,"Free":{"any":"thing"}}"""), "", Outer.class);
    }

    @Test
    void whatIsNotKnownIsNamed() {
        refused("{\"Txt\":1}", "Txt");
        refused("{\"List\":[{\"Name\":\"z\"},{\"Nmae\":\"z\"}]}", "List[1].Nmae");
        refused("{\"Map\":{\"80/tcp\":[{\"Port\":1}]}}", "Map.80/tcp[0].Port");
        refused("{\"Inner\":{\"Name\":\"z\",\"More\":{}}}", "Inner.More");
    }

    private static void refused(String json, String field) {
        assertThatThrownBy(() -> RecordFields.requireKnown(DockerJson.MAPPER.readTree(json), "", Outer.class)).isInstanceOf(InvalidArgumentException.class)
                .hasMessage(field + " is no setting that Berth knows").extracting(refusal -> ((InvalidArgumentException) refusal).field()).isEqualTo(field);
    }
}
