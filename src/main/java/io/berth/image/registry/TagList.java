package io.berth.image.registry;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A page of a repository's tags.
 *
 * <p>Source: OCI distribution-spec 1.1, "Listing Tags".
 */
record TagList(@JsonProperty("tags") @Nullable List<@Nullable String> tags) {

    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final Pattern NEXT = Pattern.compile("<(/v2/[^>]*|https?://[^/>]+(/v2/[^>]*))>\\s*;\\s*rel=\"?next\"?");

    static List<String> parse(byte[] document) throws IOException {
        try {
            TagList page = JSON.readValue(document, TagList.class);
            return page == null || page.tags == null ? List.of() : page.tags.stream().filter(Objects::nonNull).toList();
        } catch (JacksonException malformed) {
            throw new IOException("the registry's list of tags is malformed: " + malformed.getOriginalMessage(), malformed);
        }
    }

    /** The path of the page after this one, on the same registry whatever host is named; null for the last page. @param link the header; may be empty */
    static @Nullable String next(String link) {
        var found = NEXT.matcher(link);
        return !found.find() ? null : found.group(2) == null ? found.group(1) : found.group(2);
    }
}
