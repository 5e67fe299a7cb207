package io.berth.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagListTests {

    @Test
    void tagsAreRead() throws IOException {
        assertThat(parse("{\"name\":\"app\",\"tags\":[\"1\",null,\"latest\"]}")).containsExactly("1", "latest");
        assertThat(parse("{\"name\":\"app\",\"tags\":null}")).isEmpty();
        assertThatThrownBy(() -> parse("<html>")).isInstanceOf(IOException.class).hasMessageContaining("malformed");
    }

    private static java.util.List<String> parse(String document) throws IOException {
        return TagList.parse(document.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "</v2/app/tags/list?n=2&last=b>; rel=\"next\" | /v2/app/tags/list?n=2&last=b",
        "<https://elsewhere.example/v2/app/tags/list?last=b>; rel=next | /v2/app/tags/list?last=b",
        "<https://elsewhere.example/other>; rel=\"next\" |",
        "</v2/app/tags/list?last=b>; rel=\"prev\" |",
        "'' |"})
    void theNextPageIsOfTheSameRegistry(String link, String path) {
        assertThat(TagList.next(link)).isEqualTo(path);
    }
}
