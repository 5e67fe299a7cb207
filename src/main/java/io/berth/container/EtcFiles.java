package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.instance.FileFailure;
import io.berth.network.Endpoint;
import io.berth.network.HostsFile;
import io.berth.network.NetworkMode;
import io.berth.network.ResolvConf;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the three files that each container gets of its own: hostname, hosts and resolv.conf. */
final class EtcFiles {

    private static final String HOST_GATEWAY = "host-gateway";

    private EtcFiles() {}

    /**
     * @param endpoints of this start; their addresses stand in the hosts file
     * @param linked further lines of the hosts file
     */
    static void write(ContainerFolder folder, Container container, NetworkMode mode, List<Endpoint> endpoints, List<HostsFile.Line> linked) {
        var config = container.config();
        var host = container.hostConfig();
        boolean onHost = mode instanceof NetworkMode.Host;
        var extra = extraHosts(orEmpty(host.extraHosts()), endpoints);
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
        var names = new ArrayList<String>();
        var hostname = config.hostname() == null ? "" : config.hostname();
        if (config.domainname() != null && !config.domainname().isEmpty()) {
            names.add(hostname + "." + config.domainname());
        }
        names.add(hostname);
        var lines = new ArrayList<HostsFile.Line>();
        for (var endpoint : endpoints) {
            if (endpoint.ip() != null) {
                lines.add(new HostsFile.Line(endpoint.ip().getHostAddress(), names));
            }
        }
        return lines;
    }

    private static List<HostsFile.Line> extraHosts(List<String> asked, List<Endpoint> endpoints) {
        var lines = new ArrayList<HostsFile.Line>();
        for (String entry : asked) {
            int separator = entry.indexOf('=') > 0 ? entry.indexOf('=') : entry.indexOf(':');
            if (separator <= 0) {
                throw new InvalidArgumentException("bad format for add-host: \"" + entry + "\"");
            }
            String address = entry.substring(separator + 1);
            lines.add(new HostsFile.Line(address.equals(HOST_GATEWAY) ? gateway(endpoints) : address, List.of(entry.substring(0, separator))));
        }
        return lines;
    }

    private static String gateway(List<Endpoint> endpoints) {
        return endpoints.stream().map(Endpoint::gateway).filter(java.util.Objects::nonNull).findFirst().map(Inet4Address::getHostAddress)
                .orElse("127.0.0.1");
    }

    private static void put(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static List<String> orEmpty(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }
}
