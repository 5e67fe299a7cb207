package io.berth.container;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.json.DockerJson;
import io.berth.runtime.RestartRule;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
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
        @Nullable List<BlockWeight> blkioWeightDevice,
        @Nullable List<BlockRate> blkioDeviceReadBps,
        @Nullable List<BlockRate> blkioDeviceWriteBps,
        @JsonProperty("BlkioDeviceReadIOps") @Nullable List<BlockRate> blkioDeviceReadIops,
        @JsonProperty("BlkioDeviceWriteIOps") @Nullable List<BlockRate> blkioDeviceWriteIops,
        long cpuPeriod,
        long cpuQuota,
        long cpuRealtimePeriod,
        long cpuRealtimeRuntime,
        String cpusetCpus,
        String cpusetMems,
        @Nullable List<DeviceAsked> devices,
        @Nullable List<String> deviceCgroupRules,
        @Nullable List<DeviceRequest> deviceRequests,
        @JsonProperty("KernelMemoryTCP") @JsonInclude(JsonInclude.Include.NON_DEFAULT) long kernelMemoryTcp,
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
    private static final List<RecordComponent> COMPONENTS = List.of(HostConfig.class.getRecordComponents());

    private static final Constructor<HostConfig> CONSTRUCTOR = constructor();

    private static Constructor<HostConfig> constructor() {
        try {
            return HostConfig.class.getDeclaredConstructor(COMPONENTS.stream().map(RecordComponent::getType).toArray(Class<?>[]::new));
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException("a record has its constructor", impossible);
        }
    }

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
            config = config == null ? Map.of() : DockerJson.texts(config);
        }
    }

    /** The share of a block device, 10 to 1000. */
    @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
    public record BlockWeight(String path, int weight) {
        public BlockWeight {
            path = text(path);
        }
    }

    /** Bytes or operations of a block device per second. */
    @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
    public record BlockRate(String path, long rate) {
        public BlockRate {
            path = text(path);
        }
    }

    /** A device of the host, or a folder of them. */
    @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
    public record DeviceAsked(String pathOnHost, String pathInContainer, String cgroupPermissions) {
        public DeviceAsked {
            pathOnHost = text(pathOnHost);
            pathInContainer = pathInContainer == null || pathInContainer.isEmpty() ? pathOnHost : pathInContainer;
            cgroupPermissions = cgroupPermissions == null || cgroupPermissions.isEmpty() ? "rwm" : cgroupPermissions;
        }
    }

    /** Devices that a driver is to choose. */
    @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
    public record DeviceRequest(String driver, int count, @JsonProperty("DeviceIDs") @Nullable List<String> deviceIds,
            @Nullable List<List<String>> capabilities, @Nullable Map<String, String> options) {
        public DeviceRequest {
            driver = text(driver);
        }
    }

    /** A limit of setrlimit(2). */
    @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
    public record Ulimit(String name, long hard, long soft) {
        public Ulimit {
            name = text(name);
        }
    }

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
        annotations = DockerJson.texts(annotations);
        storageOpt = DockerJson.texts(storageOpt);
        tmpfs = DockerJson.texts(tmpfs);
        sysctls = DockerJson.texts(sysctls);
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

    /** With this volume asked for, too: in {@code Binds}, and in {@code Mounts} where a bind cannot name the place. */
    HostConfig mounting(String volume, String destination) {
        if (destination.indexOf(':') >= 0) {
            var asked = new ArrayList<>(mounts == null ? List.of() : mounts);
            asked.add(new MountAsked("volume", volume, destination, false, null, null, null, null, null));
            return with(Map.of("mounts", asked));
        }
        var asked = new ArrayList<>(binds == null ? List.of() : binds);
        asked.add(volume + ":" + destination);
        return with(Map.of("binds", asked));
    }

    HostConfig withRestartPolicy(RestartPolicy policy) {
        return with(Map.of("restartPolicy", policy));
    }

    /**
     * This with other values of some fields.
     *
     * @param values by the names of the components of this record
     */
    HostConfig with(Map<String, ?> values) {
        var all = new Object[COMPONENTS.size()];
        int found = 0;
        try {
            for (int i = 0; i < all.length; i++) {
                var name = COMPONENTS.get(i).getName();
                boolean given = values.containsKey(name);
                all[i] = given ? values.get(name) : COMPONENTS.get(i).getAccessor().invoke(this);
                found += given ? 1 : 0;
            }
            if (found < values.size()) {
                throw new IllegalArgumentException("not all of " + values.keySet() + " are components");
            }
            return CONSTRUCTOR.newInstance(all);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("a record has its components", impossible);
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
