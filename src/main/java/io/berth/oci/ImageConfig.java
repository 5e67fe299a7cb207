package io.berth.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The config of an image: platform, what is run, and the layers by the digests of their plain tars, base first. The digest
 * of the document as it came is the image's id, so the original bytes are kept beside this record.
 *
 * <p>Source: OCI image-spec 1.1, config.md; Docker image specification 1.3 for what OCI has not.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ImageConfig(
        @JsonProperty("created") @Nullable Instant created,
        @JsonProperty("author") String author,
        @JsonProperty("architecture") String architecture,
        @JsonProperty("variant") String variant,
        @JsonProperty("os") String os,
        @JsonProperty("config") @JsonInclude(JsonInclude.Include.NON_NULL) RunConfig config,
        @JsonProperty("rootfs") RootFs rootfs,
        @JsonProperty("history") List<HistoryEntry> history,
        @JsonIgnore Extra extra) {

    /** The most bytes that a config may have. */
    public static final int MAX_BYTES = 8 * 1024 * 1024;

    /**
     * What is only shown: it is read from documents of others, and never written.
     *
     * @param comment on the last step, where its history has none
     */
    public record Extra(String osVersion, String dockerVersion, String comment) {

        static final Extra NONE = new Extra("", "", "");
    }

    /** The layers of the image: digests of the plain tars, base first. */
    public record RootFs(@JsonProperty("type") String type, @JsonProperty("diff_ids") List<Digest> diffIds) {

        public RootFs {
            if (diffIds.size() > Manifest.MAX_LAYERS) {
                throw new InvalidArgumentException(
                        "image has " + diffIds.size() + " layers, more than the limit of " + Manifest.MAX_LAYERS);
            }
            diffIds = List.copyOf(diffIds);
        }

        public RootFs(List<Digest> diffIds) {
            this("layers", diffIds);
        }

        @JsonCreator
        static RootFs of(@JsonProperty("type") @Nullable String type, @JsonProperty("diff_ids") @Nullable List<Digest> diffIds) {
            return new RootFs(type == null ? "layers" : type, diffIds == null ? List.of() : diffIds);
        }
    }

    public ImageConfig {
        history = List.copyOf(history);
    }

    public ImageConfig(@Nullable Instant created, String author, String architecture, String variant, String os, RunConfig config, RootFs rootfs,
            List<HistoryEntry> history) {
        this(created, author, architecture, variant, os, config, rootfs, history, Extra.NONE);
    }

    @JsonCreator
    static ImageConfig of(@JsonProperty("created") @Nullable Instant created, @JsonProperty("author") @Nullable String author,
            @JsonProperty("architecture") @Nullable String architecture, @JsonProperty("variant") @Nullable String variant,
            @JsonProperty("os") @Nullable String os, @JsonProperty("config") @Nullable RunConfig config,
            @JsonProperty("rootfs") @Nullable RootFs rootfs, @JsonProperty("history") @Nullable List<HistoryEntry> history,
            @JsonProperty("os.version") @Nullable String osVersion, @JsonProperty("docker_version") @Nullable String dockerVersion,
            @JsonProperty("comment") @Nullable String comment) {
        return new ImageConfig(created, author == null ? "" : author, architecture == null ? "" : architecture,
                variant == null ? "" : variant, os == null ? "" : os, config == null ? RunConfig.EMPTY : config,
                rootfs == null ? new RootFs(List.of()) : rootfs, history == null ? List.of() : history,
                new Extra(osVersion == null ? "" : osVersion, dockerVersion == null ? "" : dockerVersion, comment == null ? "" : comment));
    }

    public static ImageConfig parse(byte[] document) {
        return Json.read(document, MAX_BYTES, ImageConfig.class, "image config");
    }

    public byte[] toJson() {
        return Json.write(this);
    }

    public Platform platform() {
        return new Platform(os, architecture, variant);
    }

    /** Whether it runs where {@code asked} is asked for. @param asked null for anywhere */
    public boolean isFor(@Nullable Platform asked) {
        return asked == null || asked.accepts(platform());
    }

    /** The digests of the plain layers, base first. */
    public List<Digest> diffIds() {
        return rootfs.diffIds();
    }
}
