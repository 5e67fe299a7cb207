package io.berth.image;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageReference;
import io.berth.oci.Manifest;
import io.berth.oci.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The lists of contents of a docker-archive.
 *
 * <p>Source: Docker image specification 1.3, "Combined Image JSON + Filesystem Changeset Format".
 */
final class DockerArchive {

    static final String MANIFEST = "manifest.json";
    static final String REPOSITORIES = "repositories";

    private static final int MAX_IMAGES = 10_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** One image in {@code manifest.json}: names of members. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Item(
            @JsonProperty("Config") @Nullable String config,
            @JsonProperty("RepoTags") @Nullable List<String> repoTags,
            @JsonProperty("Layers") @Nullable List<String> layers) {}

    private DockerArchive() {}

    /** @param platform images for others are left out; null for all */
    static List<ArchivedImage> read(ArchiveSpool spool, @Nullable Platform platform) throws IOException {
        byte[] document = spool.bytes(spool.require(MANIFEST), Manifest.MAX_BYTES, MANIFEST);
        var images = new ArrayList<ArchivedImage>();
        var others = new TreeSet<String>();
        for (Item item : parse(document)) {
            if (item.config() == null || images.size() == MAX_IMAGES) {
                throw new InvalidArgumentException("invalid " + MANIFEST + ": an image lacks its config, or there are too many");
            }
            ArchiveSpool.Member configMember = spool.require(item.config());
            var config = ImageConfig.parse(spool.bytes(configMember, ImageConfig.MAX_BYTES, "image config"));
            if (!config.isFor(platform)) {
                others.add(config.platform().toString());
                continue;
            }
            var layers = new ArrayList<ArchiveSpool.Member>();
            for (String layer : item.layers() == null ? List.<String>of() : item.layers()) {
                layers.add(spool.require(layer));
            }
            images.add(new ArchivedImage(configMember, config, layers, names(item)));
        }
        if (images.isEmpty()) {
            throw new InvalidArgumentException("no image for " + platform + " in the archive: it has " + String.join(", ", others));
        }
        return images;
    }

    private static List<Item> parse(byte[] document) {
        try {
            Item[] items = MAPPER.readValue(document, Item[].class);
            if (items == null || List.of(items).isEmpty()) {
                throw new InvalidArgumentException("invalid " + MANIFEST + ": it lists no image");
            }
            return List.of(items);
        } catch (JacksonException | NullPointerException e) {
            throw new InvalidArgumentException("invalid " + MANIFEST + ": not a list of images", e);
        }
    }

    private static List<ImageReference> names(Item item) {
        var names = new ArrayList<ImageReference>();
        for (String tag : item.repoTags() == null ? List.<String>of() : item.repoTags()) {
            ImageReference reference = ImageReference.parse(tag);
            if (reference.tag() == null || reference.digest() != null) {
                throw new InvalidArgumentException("invalid tag \"" + reference.familiar() + "\"");
            }
            names.add(reference);
        }
        return names;
    }

    static byte[] write(List<Item> items) {
        return MAPPER.writeValueAsBytes(items);
    }

    /** The older list of names: repository, tag, top layer. */
    static byte[] writeRepositories(Map<String, Map<String, String>> repositories) {
        return MAPPER.writeValueAsBytes(new TreeMap<>(repositories));
    }
}
