package io.berth.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Points at content: its type, digest and size in bytes.
 *
 * <p>Source: OCI image-spec 1.1, descriptor.md.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Descriptor(
        @JsonProperty("mediaType") String mediaType,
        @JsonProperty("digest") Digest digest,
        @JsonProperty("size") @JsonInclude(JsonInclude.Include.ALWAYS) long size,
        @JsonProperty("urls") List<String> urls,
        @JsonProperty("annotations") Map<String, String> annotations,
        @JsonProperty("platform") @Nullable Platform platform) {

    /** Annotation of an index entry: the tag, or a full name in archives of some tools. */
    public static final String REF_NAME = "org.opencontainers.image.ref.name";
    /** Annotation of an index entry: the full name. */
    public static final String CONTAINERD_IMAGE_NAME = "io.containerd.image.name";

    public Descriptor {
        if (size < 0) {
            throw new InvalidArgumentException("descriptor " + digest + " has size " + size);
        }
        urls = List.copyOf(urls);
        annotations = Map.copyOf(annotations);
    }

    public Descriptor(String mediaType, Digest digest, long size) {
        this(mediaType, digest, size, List.of(), Map.of(), null);
    }

    @JsonCreator
    static Descriptor of(@JsonProperty("mediaType") @Nullable String mediaType, @JsonProperty("digest") @Nullable Digest digest,
            @JsonProperty("size") @Nullable Long size, @JsonProperty("urls") @Nullable List<String> urls,
            @JsonProperty("annotations") @Nullable Map<String, String> annotations,
            @JsonProperty("platform") @Nullable Platform platform) {
        if (digest == null || size == null) {
            throw new InvalidArgumentException("a descriptor lacks its digest or size");
        }
        return new Descriptor(mediaType == null ? "" : mediaType, digest, size, urls == null ? List.of() : urls,
                annotations == null ? Map.of() : Json.withoutNulls(annotations), platform);
    }

    /** This descriptor with these annotations instead. */
    public Descriptor withAnnotations(Map<String, String> newAnnotations) {
        return new Descriptor(mediaType, digest, size, urls, newAnnotations, platform);
    }

    /** This descriptor with this platform instead. */
    public Descriptor withPlatform(Platform newPlatform) {
        return new Descriptor(mediaType, digest, size, urls, annotations, newPlatform);
    }
}
