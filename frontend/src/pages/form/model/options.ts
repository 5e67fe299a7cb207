import { bytes, bytesOrEndless, choice, cpus, duration, environment, flag, list, listOrNone, names, pairs, proposed, seconds, separated, text, threeWay, whole, words, type Kind } from "./kinds";
import { byteRates, deviceRequests, devices, healthTest, operationRates, ulimits, weights } from "./hostRows";
import { PLATFORM } from "./ids";
import { mounts } from "./mounts";
import { networks } from "./networks";
import { exposed, ports } from "./ports";
import type { Value } from "./values";

/**
 * Every option of a container that the engine knows: the form, its three twins and what is checked come from this table alone. A test
 * compares it with the engine's own records.
 */
export interface Option {
  /** Where it stands in the body of ContainerCreate, with dots; its name in the form, too. */
  readonly id: string;
  readonly section: Section;
  readonly label: string;
  readonly kind: Kind;
  readonly help: string;
  /** Its flags of `docker run`, the usual one first; none where that has none. */
  readonly flags: readonly string[];
  /** Its key of a compose service, with dots; empty where that has none. */
  readonly compose: string;
  /** Shown before anybody asks for more. */
  readonly common: boolean;
  /** Can be changed while the container runs. */
  readonly live: boolean;
  /** The value that is as good as none. */
  readonly usual: Value | null;
}

export const SECTIONS = ["General", "Program", "Ports & networks", "Mounts", "Environment & labels", "Resources", "Security", "Health", "Restart & stop", "Logging", "Devices", "Namespaces", "Rarely used"] as const;
export type Section = (typeof SECTIONS)[number];

interface Extras {
  readonly common?: boolean;
  readonly live?: boolean;
  readonly usual?: Value;
}

const HOST = "HostConfig.";
const ABSOLUTE = /^\//;
const NO_PATH = "is no absolute path";
const MODE = /^(host|container:.+)$/;
const WRONG_MODE = "is neither host nor container:NAME";
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const HOSTNAME = /^[^\s/]{1,64}$/;
const MAC = /^([\da-f]{2}[:-]){5}[\da-f]{2}$/i;
const CPU_LIST = /^\d+(-\d+)?(,\d+(-\d+)?)*$/;
const SIGNAL = /^(\d{1,2}|(SIG)?[A-Za-z][A-Za-z0-9+-]*)$/;
const RESTART = /^(no|always|unless-stopped|on-failure(:\d+)?)$/;
const SIGNALS = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGKILL"];

export const RESTART_ID = `${HOST}RestartPolicy`;

/** `on-failure:3` as the engine has it. */
const restart: Kind<string> = {
  ...proposed(["no", "always", "unless-stopped", "on-failure", "on-failure:3"], RESTART, "is none of no, always, unless-stopped, on-failure and on-failure:NUMBER"),
  toJson: (value) => ({ Name: value.split(":")[0], MaximumRetryCount: Number(value.split(":")[1] ?? 0) }),
  fromJson: (json) => {
    const { Name: name, MaximumRetryCount: most } = json as { readonly Name?: string; readonly MaximumRetryCount?: number };
    return !name || name === "no" ? "" : most ? `${name}:${most}` : name;
  },
};

const consoleSize: Kind<string> = {
  ...text("24 80", /^\d+ \d+$/, "is not two numbers: rows and columns"),
  toJson: (value) => value.split(" ").map(Number),
  fromJson: (json) => (Array.isArray(json) && json.some((one) => one !== 0) ? json.join(" ") : ""),
};

function options(section: Section, lines: readonly (readonly [id: string, label: string, kind: Kind, flags: string, compose: string, help: string, extras?: Extras])[]): readonly Option[] {
  return lines.map(([id, label, kind, flags, compose, help, extras]) => ({
    id,
    section,
    label,
    kind,
    help,
    flags: flags.split(" ").filter((one) => one !== ""),
    compose,
    common: extras?.common ?? false,
    live: extras?.live ?? false,
    usual: extras?.usual ?? null,
  }));
}

const COMMON = { common: true };
const LIVE = { live: true };

export const OPTIONS: readonly Option[] = [
  ...options("General", [
    ["Image", "Image", text("name:tag", /^\S+$/, "holds a blank"), "", "image", "The image that the container is made of: its files and its usual settings.", COMMON],
    ["name", "Name", text("chosen for you", NAME, "may only have letters, digits, _ . and -, and begins with one of the first two"), "--name", "container_name", "How you and other containers call it. Without one, Berth chooses.", COMMON],
    [`${HOST}AutoRemove`, "Remove it when it ends", flag, "--rm", "", "It goes with its files and its nameless volumes as soon as its program ends."],
  ]),
  ...options("Program", [
    ["Cmd", "Command", words, "", "command", "What is run, or the arguments where the image has an entrypoint. Without one, the image's. Quote as in a shell; nothing is expanded.", COMMON],
    ["Entrypoint", "Entrypoint", words, "--entrypoint", "entrypoint", "The program that gets the command as its arguments. Two quotes ('') take the image's away."],
    ["WorkingDir", "Working folder", text("/", ABSOLUTE, NO_PATH), "-w --workdir", "working_dir", "The folder in which the program starts. It is made when it is missing."],
    ["User", "User", text("name, 1000 or 1000:1000", /^[^\s:]+(:[^\s:]+)?$/, "is not of the form USER or USER:GROUP"), "-u --user", "user", "Who runs the program: a name of the image or a number, and a group behind a colon.", COMMON],
    ["Tty", "A terminal", flag, "-t --tty", "tty", "The program gets a terminal: for shells and what draws on the screen."],
    ["OpenStdin", "Keep its input open", flag, "-i --interactive", "stdin_open", "The program's standard input stays open while nobody is attached."],
    [`${HOST}Init`, "A small init", threeWay, "--init", "init", "Process 1 is an init that passes signals on and reaps orphans; your program is its child."],
  ]),
  ...options("Ports & networks", [
    [`${HOST}PortBindings`, "Published ports", ports, "-p --publish", "ports", "Ports of this host that lead into the container. A new line is for this host alone (127.0.0.1); without an address, everybody who reaches the host reaches the port.", COMMON],
    ["ExposedPorts", "Exposed ports", exposed, "--expose", "expose", "Ports that the container is said to use. It publishes none, unless all of them are."],
    [`${HOST}PublishAllPorts`, "Publish all exposed ports", flag, "-P --publish-all", "", "Each exposed port gets a free port on all addresses of the host."],
    [`${HOST}NetworkMode`, "Network", text("bridge", /^\S+$/, "holds a blank"), "", "", "The network that it is in: the name of one, none, host, or container:NAME for that of another container.", { common: true, usual: "bridge" }],
    ["NetworkingConfig.EndpointsConfig", "Networks, in detail", networks, "--network --net", "networks", "What it asks of networks, and further networks that it is in."],
    ["Hostname", "Host name", text("its short id", HOSTNAME, "is no host name"), "-h --hostname", "hostname", "What the container calls itself."],
    ["Domainname", "Domain name", text("", HOSTNAME, "is no domain name"), "--domainname", "domainname", "The part of its name behind the first dot."],
    ["MacAddress", "Hardware address", text("02:42:ac:11:00:02", MAC, "is no hardware address"), "--mac-address", "mac_address", "The MAC address in its first network; without one, it follows from the IP address."],
    [`${HOST}Dns`, "Name servers", list("192.0.2.53", /^[\da-f.:]+$/i, "is no IP address"), "--dns", "dns", "Whom it asks for names, in the place of the host's name servers."],
    [`${HOST}DnsSearch`, "Search domains", list("example.com", /^[^\s/:]+$/, "is no domain"), "--dns-search", "dns_search", "Domains that are tried behind short names."],
    [`${HOST}DnsOptions`, "Resolver options", list("ndots:2", /^\S+$/, "holds a blank"), "--dns-option --dns-opt", "dns_opt", "Lines of options in its resolv.conf."],
    [`${HOST}ExtraHosts`, "Further host names", list("name:192.0.2.1", /^[^\s:]+:(host-gateway|\[?[\da-f.:]+\]?)$/i, "is not of the form NAME:ADDRESS"), "--add-host", "extra_hosts", "Lines of its hosts file: a name and an address. host-gateway stands for this host."],
    [`${HOST}Links`, "Links", list("container:alias", /^[^\s:]+(:[^\s:]+)?$/, "is not of the form CONTAINER:ALIAS"), "--link", "external_links", "Other containers that it knows under a name of its own. Networks with names do this better."],
  ]),
  ...options("Mounts", [
    [`${HOST}Binds`, "Volumes and folders", list("volume:/data, or /host/path:/data:ro", /^[^:]+:\/[^:]*(:[^:]*)?$/, "is not of the form SOURCE:/PATH or SOURCE:/PATH:ro"), "-v --volume", "volumes", "A volume by its name, or a folder of the host by its path, and where it is inside. What is written there stays when the container goes.", COMMON],
    [`${HOST}Mounts`, "Mounts, in detail", mounts, "--mount", "", "The same with all that can be said of a mount, and memory file systems and images."],
    ["Volumes", "Nameless volumes", names("/data", /^\/[^:]*$/, NO_PATH), "", "", "Paths that get a volume nobody has named: it goes with the container when that is asked for."],
    [`${HOST}Tmpfs`, "Memory file systems", separated(":", ABSOLUTE, NO_PATH), "--tmpfs", "tmpfs", "Paths whose files are in memory and gone when the container stops, with options such as size=64m."],
    [`${HOST}VolumesFrom`, "All mounts of other containers", list("container, or container:ro", /^[^\s:]+(:\w+)?$/, "is not of the form CONTAINER or CONTAINER:ro"), "--volumes-from", "volumes_from", "It mounts what these containers mount."],
    [`${HOST}ReadonlyRootfs`, "Its own files are read-only", flag, "--read-only", "read_only", "Nothing can be written but to volumes, mounts and memory file systems."],
    [`${HOST}VolumeDriver`, "Driver of volumes", text("local", /^\S+$/, "holds a blank"), "--volume-driver", "", "Who makes the volumes that are not there yet."],
    [`${HOST}StorageOpt`, "Storage options", pairs(), "--storage-opt", "storage_opt", "size bounds what it may write, where the disk can do that."],
  ]),
  ...options("Environment & labels", [
    ["Env", "Environment", environment, "-e --env", "environment", "Variables of the program. Who can look at the container can read them: mount a file for secrets.", COMMON],
    ["Labels", "Labels", pairs(), "-l --label", "labels", "Names and values by which people and programs find the container."],
    [`${HOST}Annotations`, "Annotations", pairs(), "--annotation", "annotations", "Notes for the program that runs containers."],
  ]),
  ...options("Resources", [
    [`${HOST}Memory`, "Memory", bytes, "-m --memory", "mem_limit", "What it may use at most, 6m or more; when it wants more, the kernel ends a process of it.", { common: true, live: true }],
    [`${HOST}MemorySwap`, "Memory and swap together", bytesOrEndless, "--memory-swap", "memswap_limit", "Without one, as much swap as memory. The same as the memory for none, -1 for any.", LIVE],
    [`${HOST}MemoryReservation`, "Memory that it should keep", bytes, "--memory-reservation", "mem_reservation", "When the host is short of memory, it is pressed down to this.", LIVE],
    [`${HOST}MemorySwappiness`, "Swappiness", whole(0, 100), "--memory-swappiness", "mem_swappiness", "How soon its memory is swapped out, 0 to 100; hosts with cgroup v2 have none."],
    [`${HOST}NanoCpus`, "CPUs", cpus, "--cpus", "cpus", "How many processors it may use; fractions are fine.", { common: true, live: true }],
    [`${HOST}CpuShares`, "CPU shares", whole(2, 262144), "-c --cpu-shares", "cpu_shares", "Its weight beside others when all want the processor; 1024 is usual.", LIVE],
    [`${HOST}CpuPeriod`, "CPU period", whole(1000, 1000000), "--cpu-period", "cpu_period", "Microseconds for which the quota is; not together with CPUs.", LIVE],
    [`${HOST}CpuQuota`, "CPU quota", whole(-1), "--cpu-quota", "cpu_quota", "Microseconds of a period that it may use.", LIVE],
    [`${HOST}CpusetCpus`, "Only these processors", text("0-3,5", CPU_LIST, "is no list such as 0-3,5"), "--cpuset-cpus", "cpuset", "The processors on which it may run.", LIVE],
    [`${HOST}CpusetMems`, "Only these memory nodes", text("0", CPU_LIST, "is no list such as 0,1"), "--cpuset-mems", "", "Memory nodes of a NUMA host.", LIVE],
    [`${HOST}CpuRealtimePeriod`, "Real-time period", whole(1), "--cpu-rt-period", "cpu_rt_period", "Microseconds; needs a kernel with real-time groups.", LIVE],
    [`${HOST}CpuRealtimeRuntime`, "Real-time runtime", whole(1), "--cpu-rt-runtime", "cpu_rt_runtime", "Microseconds of a period that real-time tasks may run.", LIVE],
    [`${HOST}PidsLimit`, "Processes", whole(1), "--pids-limit", "pids_limit", "How many processes and threads it may have: a bound for fork bombs.", { common: true, live: true }],
    [`${HOST}ShmSize`, "Size of /dev/shm", bytes, "--shm-size", "shm_size", "Shared memory of its programs; 64m is usual, browsers and databases may want more.", { usual: "64m" }],
    [`${HOST}Ulimits`, "Ulimits", ulimits, "--ulimit", "ulimits", "Limits of each process, such as how many files it may open (nofile)."],
    [`${HOST}OomScoreAdj`, "Out-of-memory score", whole(-1000, 1000), "--oom-score-adj", "oom_score_adj", "Whom the kernel ends first when the host has no memory: -1000 never, 1000 first.", { usual: "0" }],
    [`${HOST}OomKillDisable`, "Never ended for want of memory", threeWay, "--oom-kill-disable", "oom_kill_disable", "Its processes wait for memory in the place of being ended; only on cgroup v1, and only with a memory limit.", { usual: "false" }],
    [`${HOST}BlkioWeight`, "Disk weight", whole(10, 1000), "--blkio-weight", "blkio_config.weight", "Its weight beside others at the disk, 10 to 1000.", LIVE],
    [`${HOST}BlkioWeightDevice`, "Disk weight of single devices", weights, "--blkio-weight-device", "blkio_config.weight_device", "The same for one block device each."],
    [`${HOST}BlkioDeviceReadBps`, "Bytes read a second", byteRates, "--device-read-bps", "blkio_config.device_read_bps", "A bound for each block device."],
    [`${HOST}BlkioDeviceWriteBps`, "Bytes written a second", byteRates, "--device-write-bps", "blkio_config.device_write_bps", "A bound for each block device."],
    [`${HOST}BlkioDeviceReadIOps`, "Reads a second", operationRates, "--device-read-iops", "blkio_config.device_read_iops", "A bound for each block device."],
    [`${HOST}BlkioDeviceWriteIOps`, "Writes a second", operationRates, "--device-write-iops", "blkio_config.device_write_iops", "A bound for each block device."],
    [`${HOST}CgroupParent`, "Parent cgroup", text("/team", /^[\w./@:-]+$/, "is no name of a cgroup"), "--cgroup-parent", "cgroup_parent", "The cgroup below which its own is."],
  ]),
  ...options("Security", [
    [`${HOST}Privileged`, "Privileged", flag, "--privileged", "privileged", "It may do all that root of this host may do, with all devices. Few programs need that."],
    [`${HOST}CapAdd`, "Further capabilities", list("NET_ADMIN", /^\w+$/, "is no capability"), "--cap-add", "cap_add", "Rights of root that containers do not have by themselves."],
    [`${HOST}CapDrop`, "Capabilities to take away", list("ALL", /^\w+$/, "is no capability"), "--cap-drop", "cap_drop", "Rights that it does not need; ALL takes all of them away."],
    [`${HOST}SecurityOpt`, "Security options", list("no-new-privileges"), "--security-opt", "security_opt", "no-new-privileges, seccomp=…, apparmor=…, systempaths=unconfined. A seccomp profile is its text, not a file's name."],
    [`${HOST}GroupAdd`, "Further groups", list("audio", /^[^\s:]+$/, "is no group"), "--group-add", "group_add", "Groups that its user is in, too."],
    [`${HOST}UsernsMode`, "User namespace", choice(["host"]), "--userns", "userns_mode", "host: its root is root of the host, also where Berth gives containers users of their own."],
    [`${HOST}MaskedPaths`, "Paths that are hidden", listOrNone("/proc/kcore"), "", "", "In the place of the usual ones. A single line with the word none hides nothing."],
    [`${HOST}ReadonlyPaths`, "Paths that are read-only", listOrNone("/proc/sys"), "", "", "In the place of the usual ones. A single line with the word none protects nothing."],
  ]),
  ...options("Health", [
    ["Healthcheck.Test", "Health check", healthTest, "--health-cmd", "healthcheck.test", "A command that ends with 0 while all is well. none takes the image's away.", COMMON],
    ["Healthcheck.Interval", "How often", duration, "--health-interval", "healthcheck.interval", "The time between two checks; 30s is usual."],
    ["Healthcheck.Timeout", "How long one may take", duration, "--health-timeout", "healthcheck.timeout", "A check that takes longer has failed; 30s is usual."],
    ["Healthcheck.StartPeriod", "Time to start", duration, "--health-start-period", "healthcheck.start_period", "Failures do not count that long after the start."],
    ["Healthcheck.StartInterval", "How often while it starts", duration, "--health-start-interval", "healthcheck.start_interval", "The time between two checks while it starts; 5s is usual."],
    ["Healthcheck.Retries", "Failures until it is unhealthy", whole(0, 2147483647), "--health-retries", "healthcheck.retries", "So many in a row; 3 is usual.", { usual: "0" }],
  ]),
  ...options("Restart & stop", [
    [RESTART_ID, "Restart", restart, "--restart", "restart", "When it is started again by itself: always, unless-stopped (not after a stop by hand) or on-failure, with a number for how often.", { common: true, live: true, usual: "no" }],
    ["StopSignal", "Stop signal", proposed(SIGNALS, SIGNAL, "is no signal"), "--stop-signal", "stop_signal", "What asks it to end; SIGTERM is usual."],
    ["StopTimeout", "Time to stop", seconds, "--stop-timeout", "stop_grace_period", "Seconds after that signal until it is killed; 10 is usual, -1 waits for ever."],
  ]),
  ...options("Logging", [
    [`${HOST}LogConfig.Type`, "Log driver", choice(["json-file", "local", "none"]), "--log-driver", "logging.driver", "How its output is kept; none keeps nothing.", { usual: "json-file" }],
    [`${HOST}LogConfig.Config`, "Log options", pairs(), "--log-opt", "logging.options", "max-size and max-file bound the files of the log."],
  ]),
  ...options("Devices", [
    [`${HOST}Devices`, "Devices", devices, "--device", "devices", "Devices of the host that it may use. What is allowed: r to read, w to write, m to make."],
    [`${HOST}DeviceCgroupRules`, "Device rules", list("c 188:* rmw", /^[abc] (\d+|\*):(\d+|\*) [rwm]{1,3}$/, "is not of the form c 188:* rmw"), "--device-cgroup-rule", "device_cgroup_rules", "Further devices by their numbers, also such as come later."],
    [`${HOST}DeviceRequests`, "Devices of a driver", deviceRequests, "--gpus", "gpus", "Devices that a driver chooses, such as GPUs."],
  ]),
  ...options("Namespaces", [
    [`${HOST}PidMode`, "Processes", text("its own", MODE, WRONG_MODE), "--pid", "pid", "host, or container:NAME: whose processes it sees."],
    [`${HOST}IpcMode`, "Shared memory", text("its own", /^(none|private|shareable|host|container:.+)$/, "is none of none, private, shareable, host and container:NAME"), "--ipc", "ipc", "private, shareable, none, host, or container:NAME: whose shared memory it uses.", { usual: "private" }],
    [`${HOST}UTSMode`, "Host name", choice(["host"]), "--uts", "uts", "host: it has, and may change, the name of the host."],
    [`${HOST}CgroupnsMode`, "Cgroup", choice(["private", "host"]), "--cgroupns", "cgroup", "private: it sees its own cgroup as the root. Without a word, as this host has it."],
    [`${HOST}Sysctls`, "Kernel settings", pairs("=", /^[\w./-]+$/, "is no setting of the kernel"), "--sysctl", "sysctls", "Settings of the kernel that are the container's own, such as net.core.somaxconn."],
  ]),
  ...options("Rarely used", [
    [PLATFORM, "Platform", text("linux/amd64", /^[a-z\d]+\/[\w.-]+(\/\w+)?$/, "is not of the form OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT"), "--platform", "platform", "What the image must be made for; another one is refused. It says nothing of the container itself."],
    [`${HOST}Runtime`, "Runtime", text("berth", /^\S+$/, "holds a blank"), "--runtime", "runtime", "The program that runs containers: Berth has one, and takes runc's name for it.", { usual: "berth" }],
    ["Shell", "Shell", words, "", "", "What runs a health check of the kind shell; /bin/sh -c is usual."],
    ["NetworkDisabled", "No network at all", flag, "", "", "An old word for the network none."],
    ["AttachStdin", "Attach its input", flag, "", "", "How the client that made it wanted to attach; it has no effect later."],
    ["AttachStdout", "Attach its output", flag, "", "", "How the client that made it wanted to attach; it has no effect later."],
    ["AttachStderr", "Attach its errors", flag, "", "", "How the client that made it wanted to attach; it has no effect later."],
    ["StdinOnce", "Close its input after one client", flag, "", "", "Its input ends when the first client that was attached goes."],
    ["OnBuild", "Steps for later images", list(), "", "", "Kept for images that are made of the container."],
    [`${HOST}Cgroup`, "Cgroup (old)", text(), "", "", "Kept as it was said; it has no effect."],
    [`${HOST}ContainerIDFile`, "File for its id", text("/run/web.cid"), "--cidfile", "", "Where a client has written the id; kept as it was said."],
    [`${HOST}ConsoleSize`, "Size of the terminal", consoleSize, "", "", "Rows and columns at the start, with a blank between."],
    [`${HOST}Isolation`, "Isolation", choice(["default"]), "--isolation", "isolation", "Linux has one kind."],
    [`${HOST}KernelMemoryTCP`, "Memory of TCP", bytes, "", "", "Kernels do not have this any more; it is discarded with a warning."],
    [`${HOST}CpuCount`, "CPU count", whole(1), "--cpu-count", "cpu_count", "Of Windows; it has no effect."],
    [`${HOST}CpuPercent`, "CPU per cent", whole(1, 100), "--cpu-percent", "cpu_percent", "Of Windows; it is discarded with a warning."],
    [`${HOST}IOMaximumIOps`, "Operations a second", whole(1), "--io-maxiops", "", "Of Windows; it is refused."],
    [`${HOST}IOMaximumBandwidth`, "Bytes a second", bytes, "--io-maxbandwidth", "", "Of Windows; it is refused."],
  ]),
];

const BY_ID = new Map(OPTIONS.map((option) => [option.id, option]));

export function optionOf(id: string): Option {
  const found = BY_ID.get(id);
  if (!found) throw new Error(`there is no option ${id}`);
  return found;
}
