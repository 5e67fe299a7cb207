package io.berth.container;

import static io.berth.error.InvalidArgumentException.within;

import io.berth.error.InvalidArgumentException;
import io.berth.instance.FileFailure;
import io.berth.network.Endpoint;
import io.berth.network.HostsFile;
import io.berth.network.IpText;
import io.berth.network.NetworkMode;
import io.berth.network.ResolvConf;
import io.berth.network.Sandboxes;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the three files that each container gets of its own: hostname, hosts and resolv.conf. */
final class EtcFiles {

    private static final Logger LOG = LoggerFactory.getLogger(EtcFiles.class);
    private static final long LARGEST_EDITED = 1 << 20;
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
            put(folder.hosts(), onHost ? HostsFile.with(Files.readString(Path.of("/etc/hosts")), extra) : HostsFile.text(own(config, endpoints), extra));
            put(folder.resolvConf(), resolver(host, onHost, endpoints.stream().anyMatch(Endpoint::isNamed)));
        } catch (IOException failure) {
            throw FileFailure.of("write the network files of container " + container.id().shortId(), failure);
        }
    }

    /** @param named whether the container asks the engine's name server, which asks the others in its place */
    private static String resolver(HostConfig host, boolean onHost, boolean named) {
        var resolver = ResolvConf.ofHost();
        var asked = (onHost ? resolver : resolver.withoutLoopback())
                .overriddenBy(orEmpty(host.dns()), orEmpty(host.dnsSearch()), orEmpty(host.dnsOptions()));
        return (named ? asked.behind(Sandboxes.NAME_SERVER) : asked).text();
    }

    /**
     * A running container was connected to a network: its address is in its hosts file, and it asks the name server if there is one and it
     * has not made a resolv.conf of its own.
     */
    static void connected(ContainerFolder folder, Container container, Endpoint made) {
        edit(folder.hosts(), text -> HostsFile.with(text, own(container.config(), List.of(made))));
        if (made.isNamed()) {
            var host = container.hostConfig();
            edit(folder.resolvConf(), text -> text.equals(resolver(host, false, false)) ? resolver(host, false, true) : text);
        }
    }

    /** A running container was taken out of a network. */
    static void disconnected(ContainerFolder folder, Endpoint gone) {
        for (var address : gone.addresses()) {
            edit(folder.hosts(), text -> HostsFile.withoutAddress(text, IpText.of(address)));
        }
    }

    /** Changes a file in place: it is mounted in the container. One that the container has made unreasonably large is left alone. */
    static void edit(Path file, UnaryOperator<String> change) {
        try {
            if (Files.size(file) > LARGEST_EDITED) {
                LOG.warn("{} is too large to be changed", file);
                return;
            }
            Files.writeString(file, change.apply(Files.readString(file)));
        } catch (IOException failure) {
            LOG.warn("{} could not be changed", file, failure);
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
            endpoint.addresses().forEach(address -> lines.add(new HostsFile.Line(IpText.of(address), names)));
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
        within("HostConfig.ExtraHosts", () -> extraHosts(orEmpty(host.extraHosts()), () -> "127.0.0.1"));
        new ResolvConf(List.of(), List.of(), List.of()).overriddenBy(orEmpty(host.dns()), orEmpty(host.dnsSearch()), orEmpty(host.dnsOptions()));
    }

    private static Optional<String> gateway(List<Endpoint> endpoints) {
        return Stream.<@Nullable InetAddress>concat(endpoints.stream().map(Endpoint::gateway), endpoints.stream().map(Endpoint::gateway6))
                .filter(Objects::nonNull).findFirst().map(IpText::of);
    }

    private static void put(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static List<String> orEmpty(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }
}
