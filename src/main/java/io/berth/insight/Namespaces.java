package io.berth.insight;

import io.berth.container.Container;
import io.berth.container.ContainerState;
import io.berth.container.Containers;
import io.berth.ffi.Links;
import io.berth.ffi.ProcessNamespace;
import io.berth.insight.NamespacesView.Item;
import io.berth.insight.NamespacesView.Peer;
import io.berth.insight.NamespacesView.Sharing;
import io.berth.insight.NamespacesView.Value;
import io.berth.network.IpText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Looks at the namespaces of containers. The host's are those of this process. Source: namespaces(7). */
@Component("insightNamespaces")
public class Namespaces {

    private final Containers containers;

    Namespaces(Containers containers) {
        this.containers = containers;
    }

    /** As they are now. */
    public NamespacesView of(Container container) {
        var process = container.state() instanceof ContainerState.Running running ? new ProcessFolder(running.pid()) : null;
        return new NamespacesView(container.state().word(), End.of(container), process == null ? null : process.pid(),
                Stream.of(ProcessNamespace.values()).map(kind -> item(container, process, kind)).toList());
    }

    private Item item(Container container, @Nullable ProcessFolder process, ProcessNamespace kind) {
        var inode = process == null ? null : process.namespace(kind);
        if (process == null || inode == null) {
            return new Item(kind.word(), null, "/proc/PID/ns/" + kind.word(), Sharing.NONE, List.of(), meaning(kind), List.of());
        }
        boolean isHosts = inode.equals(ProcessFolder.own().namespace(kind));
        var peers = isHosts ? List.<Peer>of() : peers(container, kind, inode);
        return new Item(kind.word(), inode, process.path().resolve("ns").resolve(kind.word()).toString(),
                isHosts ? Sharing.HOST : peers.isEmpty() ? Sharing.PRIVATE : Sharing.CONTAINER, peers, meaning(kind), values(process, kind));
    }

    private List<Peer> peers(Container container, ProcessNamespace kind, Long inode) {
        return containers.list().stream().filter(other -> !other.id().equals(container.id()))
                .filter(other -> other.state() instanceof ContainerState.Running running && inode.equals(new ProcessFolder(running.pid()).namespace(kind)))
                .map(other -> new Peer(other.id().value(), other.name())).toList();
    }

    private static String meaning(ProcessNamespace kind) {
        return switch (kind) {
            case PID -> "Which processes it sees and can signal; its first process has the number 1 here.";
            case NETWORK -> "Its own interfaces, addresses, routes, ports and firewall rules.";
            case MOUNT -> "Its own tree of mounted file systems: what / and everything below it is.";
            case UTS -> "Its own host name.";
            case IPC -> "Its own System V shared memory, semaphores and POSIX message queues.";
            case USER -> "What user and group numbers inside mean outside, and over what its capabilities reach.";
            case CGROUP -> "What it sees as the root of the cgroup tree.";
            case TIME -> "Offsets of the clocks that count from the boot.";
        };
    }

    private static List<Value> values(ProcessFolder process, ProcessNamespace kind) {
        return switch (kind) {
            case PID -> numbers(process);
            case NETWORK -> interfaces(process);
            case MOUNT -> mounts(process);
            case UTS -> hostName(process);
            case USER -> ids(process);
            case CGROUP -> cgroups(process);
            case IPC, TIME -> List.of();
        };
    }

    private static List<Value> numbers(ProcessFolder process) {
        return process.status("NSpid").map(numbers -> numbers.split("\\s+")).map(numbers -> List.of(new Value("first process",
                numbers[numbers.length - 1], numbers[0], process.path() + "/status",
                "NSpid: the number of the process in each PID namespace that it is seen in, the host's first."))).orElse(List.of());
    }

    private static List<Value> hostName(ProcessFolder process) {
        var outside = ProcessFolder.own().inside(ProcessNamespace.UTS, ProcessNamespace::hostNameIn);
        return process.inside(ProcessNamespace.UTS, ProcessNamespace::hostNameIn).map(name -> List.of(new Value("host name", name,
                outside.orElse(null), process.path() + "/ns/uts", "uname(2) in this namespace, and in the host's."))).orElse(List.of());
    }

    private static List<Value> ids(ProcessFolder process) {
        return Stream.of("uid", "gid").flatMap(kind -> process.lines(kind + "_map").stream().map(line -> line.strip().split("\\s+"))
                .filter(map -> map.length == 3).map(map -> new Value(kind + (map[2].equals("1") ? "" : "s"), range(map[0], map[2]),
                        range(map[1], map[2]), process.path() + "/" + kind + "_map",
                        "From which number on inside, which number outside, and how many."))).toList();
    }

    private static String range(String first, String count) {
        long last = Long.parseLong(first) + Long.parseLong(count) - 1;
        return count.equals("1") ? first : first + "–" + last;
    }

    private static List<Value> mounts(ProcessFolder process) {
        return List.of(new Value("mounts", Integer.toString(process.lines("mountinfo").size()), Integer.toString(ProcessFolder.own().lines("mountinfo").size()),
                process.path() + "/mountinfo", "How many file systems are mounted, one line each."));
    }

    private static List<Value> cgroups(ProcessFolder process) {
        boolean isPrivate = !Objects.equals(process.namespace(ProcessNamespace.CGROUP), ProcessFolder.own().namespace(ProcessNamespace.CGROUP));
        return process.lines("cgroup").stream().map(line -> line.split(":", 3)).filter(parts -> parts.length == 3)
                .map(parts -> new Value(parts[1].isEmpty() ? "unified" : parts[1], isPrivate ? "/" : parts[2], parts[2], process.path() + "/cgroup",
                        "Its place in this hierarchy of cgroups.")).toList();
    }

    private static List<Value> interfaces(ProcessFolder process) {
        var host = host(process);
        return process.inside(ProcessNamespace.NETWORK, netns -> {
            try (Links links = Links.of(netns)) {
                var addresses = links.addresses().stream().collect(Collectors.groupingBy(Links.HostAddress::index,
                        Collectors.mapping(address -> IpText.of(address.address()) + "/" + address.prefixLength(), Collectors.joining(", "))));
                return links.list().stream().map(link -> new Value("interface " + link.name(),
                        addresses.getOrDefault(link.index(), link.up() ? "up, no address" : "down"), outside(host, link),
                        process.path() + "/net/dev", "%s, MTU %d, hardware address %s".formatted(
                                link.kind().isEmpty() ? "an interface of the kernel" : link.kind().toLowerCase(Locale.ROOT), link.mtu(), link.mac())))
                        .toList();
            }
        }).orElse(List.of());
    }

    /** The host's interfaces by their index; none for a process that is in its network. */
    private static Map<Integer, Links.Link> host(ProcessFolder process) {
        if (Objects.equals(process.namespace(ProcessNamespace.NETWORK), ProcessFolder.own().namespace(ProcessNamespace.NETWORK))) {
            return Map.of();
        }
        try (Links links = Links.ofHost()) {
            return links.list().stream().collect(Collectors.toMap(Links.Link::index, Function.identity()));
        }
    }

    /** The other end of a veth with the bridge that it is a port of, or the link of the host that another kind stands on. */
    private static @Nullable String outside(Map<Integer, Links.Link> host, Links.Link link) {
        var other = host.get(link.other());
        // Its other namespace may be a third one.
        if (other == null || link.kind().equals("veth") && other.other() != link.index()) {
            return null;
        }
        var bridge = host.get(other.master());
        return bridge == null ? other.name() : other.name() + ", a port of " + bridge.name();
    }
}
