"""What differs for a reason, and what is walked elsewhere."""

# One of the two refuses: its message, an empty line and a hint.
REFUSED = r"stderr: ((docker: )?Error response from daemon: .*|Run 'docker .*|) \| no line$|stderr: no line \| ((docker: )?Error response from daemon: .*|Run 'docker .*|)$"

# (what the step matches, what the difference matches from its beginning on, the reason); regular expressions. A difference begins
# with "exit code", "stdout" or "stderr", so that an explanation of words never excuses a code. What is told to be chance need not occur.
EXPLAINED = [
    # where things lie
    (r"inspect", r"stdout (\[0\])?\.GraphDriver\.Data(\.\w+)?: ", "layers lie in other folders, and an image's layers are not mounted"),
    (r"\| fields", r"stdout: \[\]\.GraphDriver\.Data", "layers lie in other folders, and an image's layers are not mounted"),
    (r"inspect|made4|limits|web", r"stdout (\[0\]\.HostConfig)?\.Runtime: \"runc\" \| \"berth\"$", "the runtime is Berth itself"),
    (r"inspect", r"stdout \[0\]\.(HostnamePath|HostsPath|LogPath|ResolvConfPath): \"\" \|", "the files of a container are known from its create on"),
    (r"inspect", r"stdout \[0\]\.NetworkSettings\.Networks\.bridge\.NetworkID: \"\" \|", "the id of a container's network is known from its create on"),
    (r"inspect|events", r"stdout (\[0\]\.State)?\.(Pid|time|timeNano): \d+ \| \d+$", "numbers that are new for each"),
    (r"inspect published", r"stdout \[0\]\.NetworkSettings\.SandboxKey: ", "a network namespace is held by a process, not by a mount"),
    (r"inspect published|ip route", r"stdout( \[0\]\.NetworkSettings.*\.IPPrefixLen)?: .*(\b1[26] \| 20|/16 dev .*\| <address>/20 dev)", "the default bridge has another subnet"),
    (r"network inspect net2|inspect n[145] |container:n1 .*addr", r"stdout.*(\b16\"? \| .*\b20\"?$|/16 .*\| .*/20 )", "subnets are smaller: there are more of them"),
    (r"n[127] .*(ping|nslookup|ip -o link)|linked|nslookup", r"stdout: .*(time=|round-trip|\.in-addr\.arpa|eth0@if\d)", "times, numbers and free subnets: chance"),
    (r"docker events .*network=net3", r"stdout: disconnect net3 bridge \| no line$", "a container whose start was refused is not disconnected: it was never connected"),
    (r"exec s[12] ping6 ", r"stdout: .*(time=|round-trip).* \| .*(time=|round-trip)", "times"),
    (r"docker wait first web2 & ", r"stdout: (no line|137) \| (no line|137)$", "whether who waits or who kills is told first is chance"),
    (r"docker exec n5 ip route$", r"stdout: .* dev eth[01] .*\| .* dev eth[01] ", "in which order an engine that keeps networks in a map makes interfaces is chance"),
    (r"network inspect four1", r"stdout: false 2 \| false 1$", "a subnet of a family that a network does not have is not kept"),
    (r"--network four1 --ip6", r"exit code: 0 \| 125$|stderr: no line \| ", "an address of a family that a network does not have is refused, not ignored"),
    (r"docker network prune -f$", r"stdout: (net\d|no line) \| (net\d|no line)$", "in which order networks are pruned is chance"),
    (r"network rm net", r"stderr: .*has active endpoints \(.*\) \| .*has active endpoints \(", "in which order containers are told is chance"),
    (r"ip -o link", r"stdout: eth0@if\d+: \| eth0@if\d+:$", "numbers that are new for each"),
    (r"Binds", r"stdout: \[\"(named:/v:ro|<shared>:/s:rprivate)\",\"(named:/v:ro|<shared>:/s:rprivate)\"\] .*\| \[", "the CLI mixes the binds: chance"),
    (r"published:alias", r"stdout: (no line|<address>\s<id>) \| (no line|<address>\s<id>)$", "in which order two ids are is chance"),
    (r"docker rmi", r"stderr: .*\b\d{12}\b", "an id of digits alone is not known as one: chance"),
    (r"published:alias", r"stdout: ALIAS_NAME=/[a-z]+_[a-z]+/alias \| ALIAS_NAME=/[a-z]+_[a-z]+/alias$", "names that are chosen by chance"),
    (r"docker ps", r"stdout: (([^|]* )?[a-z]+_[a-z]+( [^|]*)?|no line) \| (([^|]* )?[a-z]+_[a-z]+( .*)?|no line)$", "names that are chosen by chance"),

    # how a container is built
    (r"no-such-program|/etc/passwd$|walk:1 /data$", r"stderr: docker: .*failed to create shim task: OCI runtime create failed: runc create failed: .* \| docker: .*daemon: failed to create task for container: exec: ",
     "there is no runtime below Berth that a refusal could come through"),
    (r"-w /missing", r"stdout: OCI runtime exec failed: .*: chdir to cwd \(\"/missing\"\) set in config.json failed: no such file or directory \| OCI runtime exec failed: .*: chdir to `/missing`: no such file",
     "there is no config.json"),
    (r"/proc/mounts", r"stdout: (/ overlay|/proc/|/sys/)", "masks and cgroups are mounted with more restrictions, and layers one by one"),
    (r"/proc/self/limits", r"stdout: Max open files  \d+  \d+", "inherited from whoever started the engine"),
    (r"resolv\.conf", r"stdout: (# |  ?\| no line|.* resolv\.conf$|dr-xr-xr-x  \d+ root  root  0  proc |.*  hosts$)",
     "resolv.conf is written without comments; the number of processes and the length of an address are chance"),
    (r"docker export", r"stdout: (dev/(console|pts/|shm/)|\d+) \| (no line|\d+)$", "the image's /dev stays as it is below the mount"),
    (r"cgroup-parent", r"stdout: 10 \| 9$", "Berth does not join the named hierarchy of systemd"),

    # what is decided otherwise
    (r"bad host", r"exit code: 0 \| 125$|stdout: bad host \| no line$|stderr: no line \| ", "a hostname with a space would make two names of it in /etc/hosts"),
    (r"cpu-rt-runtime 1000", r"exit code: 125 \| 0$|stderr: .*cpu\.rt_runtime_us: invalid argument|" + REFUSED, "Berth gives real-time down to the container, Docker wants it given by hand"),
    (r"cpu-shares 1 ", r"stderr: .*the minimum allowed cpu-shares is 2 \| .*the minimum allowed cpu-shares is 2", "refused at create, not at the start"),
    (r"blkio-weight|blkio-weight-device", r"(stdout|stderr): (WARNING: )?Your kernel does not support Block I/O", "Berth uses the weights of BFQ, which Docker does not know"),
    (r"blkio-weight 5 |blkio-weight-device /dev/null", r"exit code: 0 \| 125$|" + REFUSED, "a weight that is honoured is checked"),
    (r"use-api-socket", r"exit code: (125|1) \| 0$|stdout: no line \| <id>$|stderr: .*bind source path does not exist: <socket>|" + REFUSED,
     "the reference's socket has another path in its own root"),
    (r"docker ps -a --filter name=made |docker rm -f made", r"(stdout|stderr): .*made11\b", "--use-api-socket before"),
    (r"max-size=nonsense", r"stderr: .*invalid size: 'nonsense' \| .*invalid size: 'nonsense'$", "refused at create, not at the start"),
    (r"volume-driver nonsense", r"stderr: Unable to find image|stderr: .*registry-1\.docker\.io|stderr: .*daemon: .* \| ", "Docker answers 404, which the CLI takes for a missing image"),
    (r"volumes-from mounts", r"exit code: 125 \| [01]$|stdout: no line \| |stderr: Unable to find image|" + REFUSED,
     "the reference cannot take the volumes of a container that has a tmpfs"),
    (r"volume-subpath", r"stderr: .*lstat .*no such file or directory \| .*no such file or directory$", "the reason without the call"),
    (r"-p \$PORT:81", r"(stdout|stderr).*Bind for (:::|0\.0\.0\.0:)<port> failed: port is already allocated", "of two addresses that are taken, which one is told first is chance"),
    (r"filter exited=x|exited=x|publish=nonsense", r"stderr: .*strconv\..* \| .*invalid filter '", "the wrong value without the parser's own words"),
    (r"icc=nonsense|mtu=nonsense", r"stderr: .*value: nonsense \(strconv\..*\) \| .*value: nonsense \(", "the wrong value without the parser's own words"),
    (r"docker top web -o nonsense", r"stderr: .*ps: error: .* \| .*ps column \"nonsense\" is not supported", "Berth reads /proc itself: there is no ps that could complain"),
    (r"docker attach .*terminal", r"stdout: .*read escape sequence \| .*read escape sequence$", "what the terminal has shown before is chance"),
    (r"talk --tty .*docker exec -it", r"stdout: (no line|(# .*)?exit 4) \| (no line|(# .*)?exit 4)$", "what the terminal has shown before is chance"),
    (r"--pid host .*ls /proc", r"stderr: ls: /proc/\d+: No such file or directory \| no line|stderr: no line \| ls: /proc/\d+: No such file", "whether a process ends while it is listed is chance"),
    (r"docker attach talker <<<", r"stdout: no line \| heard word$", "whether the reference loses the last line is chance"),
    (r"docker cp tree/one web:/missing/|docker cp tree web:/etc/passwd", r"stderr: .*time=\"<time>\" level=error msg=\"Can't (add|close)", "whether the CLI has written all before the answer comes is chance"),
    (r"not-a-tar", r"stderr: .*unexpected EOF \| .*archive is truncated", "what is wrong with the archive in Berth's words"),
    (r"-f nonsense=1", r"exit code: 0 \| 1$|stdout: <time> .* \| no line$|stderr: no line \| .*invalid filter 'nonsense'$", "a filter that nobody knows would leave the stream unfiltered: it is refused"),
    (r"docker events", r"stdout: (no line \| )?(container )?(die|network disconnect|stop|kill)\b", "an end is told before what follows from it"),

    # volumes
    (r"device=relative", r"exit code: 0 \| 1$|stdout: half \| no line$|stdout: no line \| half$|stderr: no line \| .*\"device\" of a bind is no absolute path",
     "a relative source would be one of the engine's working folder"),
    (r"volume ls .*(Labels|json)", r"stdout( \.Labels)?: .*(team=blue|empty=|a=b=c).* \| ", "in which order the CLI has the labels of a volume is chance"),
    (r"docker ps -a --filter volume=vol1", r"stdout: user1 vol\d,vol\d 2 \| user1 vol\d,vol\d 2$", "in which order the mounts of a container are told is chance"),
    (r"volume prune", r"stdout: Total reclaimed space: ", "it counts what the disk gives back: whole blocks, folders included"),
    (r"anonymous/' \| sort; docker volume rm", r"stdout: cp1[23] \| no line$", "a volume that was made for a container and cannot be mounted does not stay"),
    (r"prune .*all=nonsense", r"stderr: .*strconv\..* \| .*invalid filter '", "the wrong value without the parser's own words"),
    (r"volume-driver=nonsense|image,src=walk:missing", r"stderr: Unable to find image|stderr: .*registry-1\.docker\.io|stderr: .*daemon: .* \| ",
     "Docker answers 404, which the CLI takes for a missing image"),
    (r"-v x:/d", r"exit code: 0 \| 125$|stderr: no line \| ", "the CLI takes x:/d for a drive's folder; a place that is no absolute path is refused"),
    (r"cp1:/proc|tmpfs /proc/t", r"exit code: 127 \| 125$|stderr: .*(proc mount|/proc/[xt]).* \| .*invalid mount path: '/proc(/[xt])?' cannot be mounted because it is inside /proc",
     "nothing of users is mounted over /proc: refused at create"),
    (r"file:/etc walk|SHARED:/etc/passwd", r"stderr: docker: .*failed to create shim task: .* \| docker: .*failed to create task for container: mount .*: not a directory: Are you trying",
     "there is no runtime below Berth that a refusal could come through"),
    (r"tmpfs /t:size=nonsense", r"stderr: .*failed to create shim task: .* \| .*invalid tmpfs option \"size=nonsense\"$", "refused at create, not at the start"),
    (r"type=image", r"stderr: WARNING: Image mount is an experimental feature \| (no line|.*cannot access path)", "nothing experimental is in it here"),
    (r"image-subpath=missing", r"stderr: .*cannot access path .*missing.* \| (no line|.*cannot access path .*no such file)", "images are mounted elsewhere, and the reason is told without the call"),

    # images
    (r"s390x", r"stderr: .*registry-1\.docker\.io.* \| .*lookup registry-1\.docker\.io: no such host", "no registry can be reached: each says so in its own words"),
    (r"walk:web|walk:full", r"stdout (\[0\])?\.(Parent|DockerVersion): ", "only images of the classic builder have parents; no engine version is written into an image"),

    # sizes
    (r"system df", r"stdout: .*\d(\.\d+)?[kM]?B\b", "it counts what the disk gives back: whole blocks, folders included"),
    (r"export ev2", r"stdout: \d{7} \| \d{7}$", "the archive is closed with another number of blocks: chance"),

    # about the engine
    (r"docker version", r"stdout: ( ?Server:| *(Version|Go version|Git commit|GitCommit|Built):| (containerd|runc|docker-init):|no line \| | ?\.BuildTime)", "there is no Go, and no runtime of others"),
    (r"docker info", r"stdout: \.(CDISpecDirs|KernelMemoryTCP|Containerd|FirewallBackend|RegistryConfig\.Mirrors|Runtimes)|stdout: no line \| \.Runtimes", "there is no runtime of others below Berth, no CDI and no limit of the buffers of TCP"),
    (r"docker info -f '\{\{\.OSType", r"stdout: linux x86_64 .* runc \[.* \| linux x86_64 .* berth \[", "drivers of others are not there"),
    (r"docker info \|", r"stdout:  (CDI spec directories| /etc/cdi| /var/run/cdi)", "there is no CDI"),
]

# command and option that has no step -> the reason
LATER = {
    f"volume create --{option}": "volumes of a cluster are not built"
    for option in ("availability", "group", "limit-bytes", "required-bytes", "scope", "secret", "sharing", "topology-preferred",
                   "topology-required", "type")
}

# what the walk leaves to others
NOT_HERE = {
    "pulling (run --pull always)": "with images",
}
