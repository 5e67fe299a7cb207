package io.berth.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The manifest of one image on one platform: its config and its layers, base first.
 *
 * <p>Source: OCI image-spec 1.1, manifest.md; Docker image manifest version 2, schema 2.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Manifest(
        @JsonProperty("schemaVersion") int schemaVersion,
        @JsonProperty("mediaType") String mediaType,
        @JsonProperty("config") Descriptor config,
        @JsonProperty("layers") List<Descriptor> layers,
        @JsonProperty("annotations") Map<String, String> annotations) {

    /** The most bytes that a manifest or an index may have. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;
    /** The most layers that an image may have. */
    public static final int MAX_LAYERS = 256;

    public Manifest {
        if (schemaVersion != 2) {
            throw new InvalidArgumentException("manifest schema version " + schemaVersion + " is not supported");
        }
        if (layers.size() > MAX_LAYERS) {
            throw new InvalidArgumentException(
                    "image has " + layers.size() + " layers, more than the limit of " + MAX_LAYERS);
        }
        layers = List.copyOf(layers);
        annotations = Map.copyOf(annotations);
    }

    @JsonCreator
    static Manifest of(@JsonProperty("schemaVersion") @Nullable Integer schemaVersion,
            @JsonProperty("mediaType") @Nullable String mediaType, @JsonProperty("config") @Nullable Descriptor config,
            @JsonProperty("layers") @Nullable List<Descriptor> layers,
            @JsonProperty("annotations") @Nullable Map<String, String> annotations) {
        if (config == null) {
            throw new InvalidArgumentException("a manifest lacks its config");
        }
        return new Manifest(schemaVersion == null ? 0 : schemaVersion,
                mediaType == null || mediaType.isEmpty() ? MediaTypes.OCI_MANIFEST : mediaType, config,
                layers == null ? List.of() : layers, annotations == null ? Map.of() : Json.withoutNulls(annotations));
    }

    /** Reads a manifest; a document that could be read as an index too is refused. */
    public static Manifest parse(byte[] document) {
        JsonNode tree = Json.readTree(document, MAX_BYTES, "manifest");
        if (tree.has("manifests") || tree.has("fsLayers")) {
            throw new InvalidArgumentException("invalid manifest: it has fields of another kind of document");
        }
        Manifest manifest = Json.read(document, MAX_BYTES, Manifest.class, "manifest");
        if (!MediaTypes.isManifest(manifest.mediaType)) {
            throw new InvalidArgumentException("invalid manifest: media type " + Texts.shown(manifest.mediaType));
        }
        return manifest;
    }

    /** An OCI manifest of this config and these layers. */
    public static Manifest ofOci(Descriptor config, List<Descriptor> layers) {
        return new Manifest(2, MediaTypes.OCI_MANIFEST, config, layers, Map.of());
    }

    public byte[] toJson() {
        return Json.write(this);
    }
}
