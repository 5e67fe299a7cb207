package io.berth.container;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.runtime.RestartRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * How it is run on this host: {@code HostConfig} of the Docker Engine API, with its names. What was asked comes back unchanged; what is
 * null was not said. Sizes are bytes.
 */
@JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
@JsonIgnoreProperties(ignoreUnknown = true)
public record HostConfig(
        @Nullable List<String> binds,
        @JsonProperty("ContainerIDFile") @Nullable String containerIdFile,
        LogConfig logConfig,
        String networkMode,
        Map<String, @Nullable List<PortAsked>> portBindings,
        RestartPolicy restartPolicy,
        boolean autoRemove,
        String volumeDriver,
        @Nullable List<String> volumesFrom,
        @Nullable List<Integer> consoleSize,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, String> annotations,
        @Nullable List<String> capAdd,
        @Nullable List<String> capDrop,
        String cgroupnsMode,
        @Nullable List<String> dns,
        @Nullable List<String> dnsOptions,
        @Nullable List<String> dnsSearch,
        @Nullable List<String> extraHosts,
        @Nullable List<String> groupAdd,
        String ipcMode,
        String cgroup,
        @Nullable List<String> links,
        int oomScoreAdj,
        String pidMode,
        boolean privileged,
        boolean publishAllPorts,
        boolean readonlyRootfs,
        @Nullable List<String> securityOpt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, String> storageOpt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, String> tmpfs,
        @JsonProperty("UTSMode") String utsMode,
        String usernsMode,
        long shmSize,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, String> sysctls,
        String runtime,
        String isolation,
        long cpuShares,
        long memory,
        long nanoCpus,
        String cgroupParent,
        int blkioWeight,
        @Nullable List<JsonNode> blkioWeightDevice,
        @Nullable List<JsonNode> blkioDeviceReadBps,
        @Nullable List<JsonNode> blkioDeviceWriteBps,
        @JsonProperty("BlkioDeviceReadIOps") @Nullable List<JsonNode> blkioDeviceReadIops,
        @JsonProperty("BlkioDeviceWriteIOps") @Nullable List<JsonNode> blkioDeviceWriteIops,
        long cpuPeriod,
        long cpuQuota,
        long cpuRealtimePeriod,
        long cpuRealtimeRuntime,
        String cpusetCpus,
        String cpusetMems,
        @Nullable List<JsonNode> devices,
        @Nullable List<String> deviceCgroupRules,
        @Nullable List<JsonNode> deviceRequests,
        long memoryReservation,
        long memorySwap,
        @Nullable Long memorySwappiness,
        @Nullable Boolean oomKillDisable,
        @Nullable Long pidsLimit,
        @Nullable List<Ulimit> ulimits,
        long cpuCount,
        long cpuPercent,
        @JsonProperty("IOMaximumIOps") long ioMaximumIops,
        @JsonProperty("IOMaximumBandwidth") long ioMaximumBandwidth,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<MountAsked> mounts,
        @Nullable List<String> maskedPaths,
        @Nullable List<String> readonlyPaths,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean init) {

    /** 64 MiB. */
    private static final long SHM_SIZE = 64L << 20;

    /** A host port that was asked for; both may be empty. */
    @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
    public record PortAsked(String hostIp, String hostPort) {
        public PortAsked {
            hostIp = text(hostIp);
            hostPort = text(hostPort);
        }
    }

    /** When it is started again by itself. */
    @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
    public record RestartPolicy(String name, int maximumRetryCount) {
        public RestartPolicy {
            name = name == null || name.isEmpty() ? "no" : name;
        }

        /** What a shim does by it. */
        RestartRule rule() {
            return new RestartRule(switch (name) {
                case "on-failure" -> RestartRule.When.ON_FAILURE;
                case "always", "unless-stopped" -> RestartRule.When.ALWAYS;
                default -> RestartRule.When.NEVER;
            }, maximumRetryCount);
        }
    }

    /** Where the output goes. */
    @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
    public record LogConfig(String type, Map<String, String> config) {
        public LogConfig {
            type = type == null || type.isEmpty() ? "json-file" : type;
            config = config == null ? Map.of() : config;
        }
    }

    /** A limit of setrlimit(2). */
    @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
    public record Ulimit(String name, long hard, long soft) {}

    /** An entry of {@code Mounts}; options of each type as they came. */
    @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record MountAsked(String type, @Nullable String source, String target,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean readOnly, @Nullable String consistency,
            @Nullable JsonNode bindOptions, @Nullable JsonNode volumeOptions, @Nullable JsonNode tmpfsOptions,
            @Nullable JsonNode imageOptions) {
        public MountAsked {
            type = text(type);
            target = text(target);
        }
    }

    public HostConfig {
        logConfig = logConfig == null ? new LogConfig("", Map.of()) : logConfig;
        networkMode = networkMode == null || networkMode.isEmpty() || networkMode.equals("default") ? "bridge" : networkMode;
        portBindings = portBindings == null ? Map.of() : portBindings;
        restartPolicy = restartPolicy == null ? new RestartPolicy("no", 0) : restartPolicy;
        volumeDriver = text(volumeDriver);
        consoleSize = consoleSize == null ? List.of(0, 0) : consoleSize;
        cgroupnsMode = text(cgroupnsMode);
        ipcMode = ipcMode == null || ipcMode.isEmpty() ? "private" : ipcMode;
        cgroup = text(cgroup);
        pidMode = text(pidMode);
        utsMode = text(utsMode);
        usernsMode = text(usernsMode);
        shmSize = shmSize == 0 ? SHM_SIZE : shmSize;
        runtime = runtime == null || runtime.isEmpty() ? "berth" : runtime;
        isolation = text(isolation);
        cgroupParent = text(cgroupParent);
        cpusetCpus = text(cpusetCpus);
        cpusetMems = text(cpusetMems);
        pidsLimit = pidsLimit == null || pidsLimit <= 0 ? null : pidsLimit;
    }

    HostConfig withCgroupnsMode(String mode) {
        return with(mode, restartPolicy);
    }

    HostConfig withRestartPolicy(RestartPolicy policy) {
        return with(cgroupnsMode, policy);
    }

    private HostConfig with(String mode, RestartPolicy policy) {
        return new HostConfig(binds, containerIdFile, logConfig, networkMode, portBindings, policy, autoRemove, volumeDriver,
                volumesFrom, consoleSize, annotations, capAdd, capDrop, mode, dns, dnsOptions, dnsSearch, extraHosts,
                groupAdd, ipcMode, cgroup, links, oomScoreAdj, pidMode, privileged, publishAllPorts, readonlyRootfs,
                securityOpt, storageOpt, tmpfs, utsMode, usernsMode, shmSize, sysctls, runtime, isolation, cpuShares, memory,
                nanoCpus, cgroupParent, blkioWeight, blkioWeightDevice, blkioDeviceReadBps, blkioDeviceWriteBps,
                blkioDeviceReadIops, blkioDeviceWriteIops, cpuPeriod, cpuQuota, cpuRealtimePeriod, cpuRealtimeRuntime,
                cpusetCpus, cpusetMems, devices, deviceCgroupRules, deviceRequests, memoryReservation, memorySwap,
                memorySwappiness, oomKillDisable, pidsLimit, ulimits, cpuCount, cpuPercent, ioMaximumIops, ioMaximumBandwidth,
                mounts, maskedPaths, readonlyPaths, init);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
