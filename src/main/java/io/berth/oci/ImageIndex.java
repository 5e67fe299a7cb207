package io.berth.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A list of manifests, mostly of one image for several platforms.
 *
 * <p>Source: OCI image-spec 1.1, image-index.md; Docker manifest list, version 2.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ImageIndex(
        @JsonProperty("schemaVersion") int schemaVersion,
        @JsonProperty("mediaType") String mediaType,
        @JsonProperty("manifests") @JsonInclude(JsonInclude.Include.ALWAYS) List<Descriptor> manifests,
        @JsonProperty("annotations") Map<String, String> annotations) {

    public ImageIndex {
        if (schemaVersion != 2) {
            throw new InvalidArgumentException("index schema version " + schemaVersion + " is not supported");
        }
        manifests = List.copyOf(manifests);
        annotations = Map.copyOf(annotations);
    }

    @JsonCreator
    static ImageIndex of(@JsonProperty("schemaVersion") @Nullable Integer schemaVersion,
            @JsonProperty("mediaType") @Nullable String mediaType,
            @JsonProperty("manifests") @Nullable List<Descriptor> manifests,
            @JsonProperty("annotations") @Nullable Map<String, String> annotations) {
        return new ImageIndex(schemaVersion == null ? 0 : schemaVersion,
                mediaType == null || mediaType.isEmpty() ? MediaTypes.OCI_INDEX : mediaType,
                manifests == null ? List.of() : manifests, annotations == null ? Map.of() : Json.withoutNulls(annotations));
    }

    /** Reads an index; a document that could be read as a manifest too is refused. */
    public static ImageIndex parse(byte[] document) {
        JsonNode tree = Json.readTree(document, Manifest.MAX_BYTES, "index");
        if (tree.has("config") || tree.has("layers") || tree.has("fsLayers")) {
            throw new InvalidArgumentException("invalid index: it has fields of another kind of document");
        }
        ImageIndex index = Json.read(document, Manifest.MAX_BYTES, ImageIndex.class, "index");
        if (!MediaTypes.isIndex(index.mediaType)) {
            throw new InvalidArgumentException("invalid index: media type " + Texts.shown(index.mediaType));
        }
        return index;
    }

    /** An OCI index of these manifests. */
    public static ImageIndex ofOci(List<Descriptor> manifests) {
        return new ImageIndex(2, MediaTypes.OCI_INDEX, manifests, Map.of());
    }

    /**
     * The manifests and indexes that run on a platform, the nearest first, and then those that name no platform. Signatures and attestations
     * have the platform unknown.
     */
    public List<Descriptor> nearestFirst(Platform platform) {
        return manifests.stream().filter(entry -> MediaTypes.isManifest(entry.mediaType()) || MediaTypes.isIndex(entry.mediaType()))
                .filter(entry -> distance(entry, platform) >= 0).sorted(Comparator.comparingInt(entry -> distance(entry, platform))).toList();
    }

    private static int distance(Descriptor entry, Platform platform) {
        return entry.platform() == null ? Integer.MAX_VALUE : platform.distance(entry.platform());
    }

    public byte[] toJson() {
        return Json.write(this);
    }
}
