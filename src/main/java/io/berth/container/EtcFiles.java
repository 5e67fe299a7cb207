package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.instance.FileFailure;
import io.berth.network.Endpoint;
import io.berth.network.HostsFile;
import io.berth.network.NetworkMode;
import io.berth.network.ResolvConf;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes the three files that each container gets of its own: hostname, hosts and resolv.conf. */
final class EtcFiles {

    private static final String HOST_GATEWAY = "host-gateway";

    /** What {@code /etc/mtab} leads to where an image has none: mount(8) and df(1) of old read it. */
    static final String MTAB = "/proc/mounts";

    private EtcFiles() {}

    /**
     * @param endpoints of this start; their addresses stand in the hosts file
     * @param bridge the host's address on the default bridge: {@code host-gateway} of a container without a gateway of its own; asked for
     *     when that is needed, for not every host can have the bridge
     * @param linked further lines of the hosts file
     */
    static void write(ContainerFolder folder, Container container, NetworkMode mode, List<Endpoint> endpoints, Supplier<String> bridge,
            List<HostsFile.Line> linked) {
        var config = container.config();
        var host = container.hostConfig();
        boolean onHost = mode instanceof NetworkMode.Host;
        var extra = extraHosts(orEmpty(host.extraHosts()), () -> gateway(endpoints).orElseGet(bridge));
        extra.addAll(linked);
        try {
            put(folder.hostname(), config.hostname() + "\n");
            put(folder.hosts(), onHost ? HostsFile.ofHost(Files.readString(Path.of("/etc/hosts")), extra) : HostsFile.text(own(config, endpoints), extra));
            var resolver = ResolvConf.ofHost();
            put(folder.resolvConf(), (onHost ? resolver : resolver.withoutLoopback())
                    .overriddenBy(orEmpty(host.dns()), orEmpty(host.dnsSearch()), orEmpty(host.dnsOptions())).text());
        } catch (IOException failure) {
            throw FileFailure.of("write the network files of container " + container.id().shortId(), failure);
        }
    }

    private static List<HostsFile.Line> own(ContainerConfig config, List<Endpoint> endpoints) {
        var full = config.hostname() == null ? "" : config.hostname();
        if (config.domainname() != null && !config.domainname().isEmpty()) {
            full += "." + config.domainname();
        }
        // Users give the whole name as one or as two; its first part is a name in either case.
        int dot = full.indexOf('.');
        var names = dot <= 0 ? List.of(full) : List.of(full, full.substring(0, dot));
        var lines = new ArrayList<HostsFile.Line>();
        for (var endpoint : endpoints) {
            if (endpoint.ip() != null) {
                lines.add(new HostsFile.Line(endpoint.ip().getHostAddress(), names));
            }
        }
        return lines;
    }

    private static List<HostsFile.Line> extraHosts(List<String> asked, Supplier<String> gateway) {
        var lines = new ArrayList<HostsFile.Line>();
        for (String entry : asked) {
            int separator = entry.indexOf(':');
            if (separator <= 0) {
                throw new InvalidArgumentException("bad format for add-host: \"" + entry + "\"");
            }
            String address = entry.substring(separator + 1).strip();
            if (!address.equals(HOST_GATEWAY) && !isAddress(address)) {
                throw new InvalidArgumentException("invalid IP address in add-host: \"" + address + "\"");
            }
            lines.add(new HostsFile.Line(address.equals(HOST_GATEWAY) ? gateway.get() : address, List.of(entry.substring(0, separator))));
        }
        return lines;
    }

    private static boolean isAddress(String text) {
        try {
            return !text.isEmpty() && InetAddress.ofLiteral(text) != null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** Refuses what could not be written at a start. */
    static void check(HostConfig host) {
        extraHosts(orEmpty(host.extraHosts()), () -> "127.0.0.1");
        new ResolvConf(List.of(), List.of(), List.of()).overriddenBy(orEmpty(host.dns()), orEmpty(host.dnsSearch()), orEmpty(host.dnsOptions()));
    }

    private static Optional<String> gateway(List<Endpoint> endpoints) {
        return endpoints.stream().map(Endpoint::gateway).filter(Objects::nonNull).findFirst().map(Inet4Address::getHostAddress);
    }

    private static void put(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static List<String> orEmpty(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }
}
