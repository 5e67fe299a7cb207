package io.berth.container;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.json.DockerJson;
import io.berth.oci.Healthcheck;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What is run: {@code Config} of the Docker Engine API, with its names, as asked or merged with the image's. What is null was not said.
 *
 * @param stopTimeout seconds
 */
@JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ContainerConfig(
        @Nullable String hostname,
        @Nullable String domainname,
        @Nullable String user,
        boolean attachStdin,
        boolean attachStdout,
        boolean attachStderr,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, Object> exposedPorts,
        boolean tty,
        boolean openStdin,
        boolean stdinOnce,
        @Nullable List<String> env,
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Nullable List<String> cmd,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Healthcheck healthcheck,
        String image,
        @Nullable Map<String, Object> volumes,
        @Nullable String workingDir,
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Nullable List<String> entrypoint,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean networkDisabled,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String macAddress,
        @Nullable List<String> onBuild,
        @Nullable Map<String, String> labels,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String stopSignal,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer stopTimeout,
        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        @JsonProperty("Shell") @Nullable List<String> shell) {

    public ContainerConfig {
        image = image == null ? "" : image;
        labels = labels == null ? Map.of() : DockerJson.texts(labels);
    }

    ContainerConfig withMacAddress(String next) {
        return new ContainerConfig(hostname, domainname, user, attachStdin, attachStdout, attachStderr, exposedPorts, tty, openStdin, stdinOnce,
                env, cmd, healthcheck, image, volumes, workingDir, entrypoint, networkDisabled, next, onBuild, labels, stopSignal, stopTimeout,
                shell);
    }

    ContainerConfig withHostname(@Nullable String host, @Nullable String domain) {
        return new ContainerConfig(host, domain, user, attachStdin, attachStdout, attachStderr, exposedPorts, tty, openStdin, stdinOnce,
                env, cmd, healthcheck, image, volumes, workingDir, entrypoint, networkDisabled, macAddress, onBuild, labels, stopSignal,
                stopTimeout, shell);
    }

    ContainerConfig withEnvironment(List<String> next) {
        return new ContainerConfig(hostname, domainname, user, attachStdin, attachStdout, attachStderr, exposedPorts, tty, openStdin, stdinOnce,
                next, cmd, healthcheck, image, volumes, workingDir, entrypoint, networkDisabled, macAddress, onBuild, labels, stopSignal,
                stopTimeout, shell);
    }

    /** Entrypoint and command in one: what is executed. Empty when there is neither. */
    public List<String> argv() {
        var all = new java.util.ArrayList<>(entrypoint == null ? List.<String>of() : entrypoint);
        all.addAll(cmd == null ? List.of() : cmd);
        return List.copyOf(all);
    }
}
