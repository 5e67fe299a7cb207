package io.berth.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * What an image says about the process that is run of it. Everything here was written by strangers.
 *
 * <p>Source: OCI image-spec 1.1, config.md, "config"; Docker image specification 1.3 for what OCI reserves.
 *
 * @param env {@code NAME=value} lines; lines without a {@code =} were dropped
 * @param entrypoint null when not given, which differs from empty
 * @param cmd null when not given, which differs from empty
 * @param stopTimeoutSeconds null when not given
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RunConfig(
        @JsonProperty("User") String user,
        @JsonProperty("ExposedPorts") @JsonSerialize(using = KeySets.Writer.class) Set<String> exposedPorts,
        @JsonProperty("Env") List<String> env,
        @JsonProperty("Entrypoint") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> entrypoint,
        @JsonProperty("Cmd") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> cmd,
        @JsonProperty("Volumes") @JsonSerialize(using = KeySets.Writer.class) Set<String> volumes,
        @JsonProperty("WorkingDir") String workingDir,
        @JsonProperty("Labels") Map<String, String> labels,
        @JsonProperty("StopSignal") String stopSignal,
        @JsonProperty("StopTimeout") @Nullable Integer stopTimeoutSeconds,
        @JsonProperty("Healthcheck") @Nullable Healthcheck healthcheck,
        @JsonProperty("Shell") List<String> shell,
        @JsonProperty("OnBuild") List<String> onBuild) {

    /** Nothing said. */
    public static final RunConfig EMPTY = new RunConfig("", Set.of(), List.of(), null, null, Set.of(), "", Map.of(), "",
            null, null, List.of(), List.of());

    public RunConfig {
        exposedPorts = Collections.unmodifiableSortedSet(new TreeSet<>(exposedPorts));
        env = env.stream().filter(line -> line.indexOf('=') > 0).toList();
        entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
        cmd = cmd == null ? null : List.copyOf(cmd);
        volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        shell = List.copyOf(shell);
        onBuild = List.copyOf(onBuild);
    }

    @JsonCreator
    static RunConfig of(@JsonProperty("User") @Nullable String user,
            @JsonProperty("ExposedPorts") @JsonDeserialize(using = KeySets.Reader.class) @Nullable Set<String> exposedPorts,
            @JsonProperty("Env") @Nullable List<String> env,
            @JsonProperty("Entrypoint") @Nullable List<String> entrypoint,
            @JsonProperty("Cmd") @Nullable List<String> cmd,
            @JsonProperty("Volumes") @JsonDeserialize(using = KeySets.Reader.class) @Nullable Set<String> volumes,
            @JsonProperty("WorkingDir") @Nullable String workingDir,
            @JsonProperty("Labels") @Nullable Map<String, String> labels,
            @JsonProperty("StopSignal") @Nullable String stopSignal,
            @JsonProperty("StopTimeout") @Nullable Integer stopTimeoutSeconds,
            @JsonProperty("Healthcheck") @Nullable Healthcheck healthcheck,
            @JsonProperty("Shell") @Nullable List<String> shell,
            @JsonProperty("OnBuild") @Nullable List<String> onBuild) {
        return new RunConfig(text(user), exposedPorts == null ? Set.of() : exposedPorts, list(env), entrypoint, cmd,
                volumes == null ? Set.of() : volumes, text(workingDir),
                labels == null ? Map.of() : Json.withoutNulls(labels), text(stopSignal), stopTimeoutSeconds, healthcheck,
                list(shell), list(onBuild));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static List<String> list(@Nullable List<String> value) {
        return value == null ? List.of() : value;
    }
}
