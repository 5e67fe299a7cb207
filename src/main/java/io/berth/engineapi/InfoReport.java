package io.berth.engineapi;

import io.berth.container.Container;
import io.berth.container.Containers;
import io.berth.event.DatabaseWarnings;
import io.berth.host.HostFacts;
import io.berth.http.Release;
import io.berth.image.Images;
import io.berth.image.RegistryProperties;
import io.berth.instance.Instance;
import io.berth.instance.SubordinateIds;
import io.berth.runtime.AppArmor;
import io.berth.network.Networks;
import io.berth.runtime.Cgroups;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What {@code SystemInfo} of the Docker Engine API says: the facts of the host, the settings of the engine, and what it has. */
@Component
class InfoReport {

    private static final String INDEX = "https://index.docker.io/v1/";

    private final Containers containers;
    private final Images images;
    private final Cgroups cgroups;
    private final Networks networks;
    private final DatabaseWarnings database;
    private final HostFacts host;
    private final Instance instance;
    private final SubordinateIds ids;
    private final RegistryProperties registries;
    private final Clock clock;

    InfoReport(Containers containers, Images images, Cgroups cgroups, Networks networks, DatabaseWarnings database, HostFacts host, Instance instance,
            SubordinateIds ids, RegistryProperties registries, Clock clock) {
        this.containers = containers;
        this.images = images;
        this.cgroups = cgroups;
        this.networks = networks;
        this.database = database;
        this.host = host;
        this.instance = instance;
        this.ids = ids;
        this.registries = registries;
        this.clock = clock;
    }

    Wire report() {
        var all = containers.list();
        long paused = all.stream().filter(Container::isPaused).count();
        long running = all.stream().filter(Container::isRunning).count() - paused;
        var offered = cgroups.features();
        return Wire.of("ID", host.engineId()).with("Containers", all.size()).with("ContainersRunning", running).with("ContainersPaused", paused)
                .with("ContainersStopped", all.size() - running - paused).with("Images", images.list().size())
                .with("Driver", "overlay2").with("DriverStatus", List.of(List.of("Backing Filesystem", host.fileSystem(instance.dataRoot())),
                        List.of("Supports d_type", "true"), List.of("Using metacopy", Boolean.toString(host.overlayUsesMetacopy())),
                        List.of("Native Overlay Diff", "true"), List.of("userxattr", "false")))
                .with("Plugins", Wire.of("Volume", List.of("local")).with("Network", List.of("bridge", "host", "ipvlan", "macvlan", "null"))
                        .with("Authorization", null).with("Log", List.of("json-file", "local", "none")))
                .with("MemoryLimit", offered.memory()).with("SwapLimit", offered.swap()).with("KernelMemoryTCP", false)
                .with("CpuCfsPeriod", offered.cpuCfs()).with("CpuCfsQuota", offered.cpuCfs()).with("CPUShares", offered.cpuShares())
                .with("CPUSet", offered.cpuset()).with("PidsLimit", offered.pids()).with("IPv4Forwarding", host.forwardsIpv4())
                .with("OomKillDisable", offered.oomKillDisable()).with("Debug", false).with("NFd", 0).with("NGoroutines", 0)
                .with("SystemTime", Wire.time(clock.instant())).with("LoggingDriver", "json-file").with("CgroupDriver", "cgroupfs")
                .with("CgroupVersion", Integer.toString(cgroups.version())).with("NEventsListener", 0).with("KernelVersion", host.kernelVersion())
                .with("OperatingSystem", host.operatingSystem()).with("OSVersion", host.osVersion()).with("OSType", "linux")
                .with("Architecture", host.architecture()).with("IndexServerAddress", INDEX).with("RegistryConfig", registries())
                .with("NCPU", host.processors()).with("MemTotal", host.memoryBytes()).with("GenericResources", null)
                .with("DockerRootDir", instance.dataRoot().toString()).with("HttpProxy", withoutPassword(registries.httpProxy()))
                .with("HttpsProxy", withoutPassword(registries.httpsProxy())).with("NoProxy", registries.noProxy())
                .with("Name", host.hostname()).with("Labels", List.of()).with("ExperimentalBuild", false).with("ServerVersion", Release.DOCKER_VERSION)
                .with("Runtimes", Wire.of("berth", Wire.of("path", "berth-shim"))).with("DefaultRuntime", "berth")
                .with("Swarm", Wire.of("NodeID", "").with("NodeAddr", "").with("LocalNodeState", "inactive").with("ControlAvailable", false)
                        .with("Error", "").with("RemoteManagers", null))
                .with("LiveRestoreEnabled", true).with("Isolation", "").with("InitBinary", "berth-init")
                .with("ContainerdCommit", Wire.of("ID", "")).with("RuncCommit", Wire.of("ID", "")).with("InitCommit", Wire.of("ID", ""))
                .with("SecurityOptions", securityOptions())
                .with("CDISpecDirs", List.of()).with("Warnings", warnings());
    }

    private @Nullable List<String> warnings() {
        var warnings = Stream.of(cgroups.warnings(), networks.warnings(), database.list()).flatMap(List::stream).toList();
        return warnings.isEmpty() ? null : warnings;
    }

    private static String withoutPassword(String proxy) {
        return proxy.replaceFirst("//[^/@]*@", "//xxxxx:xxxxx@");
    }

    private List<String> securityOptions() {
        var options = new ArrayList<>(List.of("name=seccomp,profile=builtin"));
        if (AppArmor.isEnabled()) {
            options.addFirst("name=apparmor");
        }
        if (ids.map().isPresent()) {
            options.add("name=userns");
        }
        if (cgroups.version() == 2) {
            options.add("name=cgroupns");
        }
        return options;
    }

    private Wire registries() {
        var index = Wire.of("Name", "docker.io").with("Mirrors", registries.mirrors()).with("Secure", true).with("Official", true);
        var indexes = Wire.of("docker.io", index);
        registries.insecure().forEach(name -> indexes.with(name, Wire.of("Name", name).with("Mirrors", List.of()).with("Secure", false).with("Official", false)));
        return Wire.of("InsecureRegistryCIDRs", List.of("::1/128", "127.0.0.0/8")).with("IndexConfigs", indexes)
                .with("Mirrors", registries.mirrors());
    }
}
