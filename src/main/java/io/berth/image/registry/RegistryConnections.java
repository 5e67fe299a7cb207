package io.berth.image.registry;

import io.berth.image.RegistryCredentials;
import io.berth.image.RegistryProperties;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Connections to registries, kept for the next request. Credentials are not kept. Safe for use by many threads. */
@Component
public class RegistryConnections {

    private final List<String> mirrors;
    private final List<String> insecure;
    private final Path certificates;
    private final RegistryProxies proxies;
    private final Duration silence;
    private final Map<RegistryHost, Kept> kept = new HashMap<>();

    /** @param read when the authorities of the registry were changed, to see that they are changed again */
    private record Kept(RegistryHttp http, FileTime read) {}

    public RegistryConnections(RegistryProperties properties) {
        this.mirrors = properties.mirrors();
        this.insecure = properties.insecure();
        this.certificates = properties.certificates();
        this.proxies = new RegistryProxies(properties.httpProxy(), properties.httpsProxy(), properties.noProxy());
        this.silence = properties.silence();
    }

    /** The registry of images of this domain, for one client. */
    public RegistryClient open(String domain, @Nullable RegistryCredentials credentials) {
        var registry = RegistryHost.of(domain, isInsecure(domain));
        return new RegistryClient(new RegistryRequests(registry, http(registry), credentials));
    }

    /** Who else may have images of this domain, in the order in which they are to be asked. They never get credentials. */
    public List<RegistryClient> mirrorsOf(String domain) {
        var clients = new ArrayList<RegistryClient>();
        for (String mirror : RegistryHost.isHub(domain) ? mirrors : List.<String>of()) {
            URI named = URI.create(mirror.contains("://") ? mirror : "//" + mirror);
            var registry = new RegistryHost(named.getRawAuthority(), isInsecure(named.getRawAuthority()), named.getScheme());
            clients.add(new RegistryClient(new RegistryRequests(registry, http(registry), null)));
        }
        return clients;
    }

    /** Requests to another web server, under the same rules. */
    RegistryRequests requestsTo(URI url) {
        var host = new RegistryHost(url.getRawAuthority(), isInsecure(url.getRawAuthority()), url.getScheme().toLowerCase(Locale.ROOT));
        return new RegistryRequests(host, http(host), null);
    }

    private synchronized RegistryHttp http(RegistryHost registry) {
        FileTime changed = changed(certificates.resolve(registry.authority()));
        Kept found = kept.get(registry);
        if (found == null || !found.read.equals(changed)) {
            // The former one is not closed: requests are on their way through it.
            found = new Kept(new RegistryHttp(registry, Trust.of(certificates, registry.authority()), proxies, silence), changed);
            kept.put(registry, found);
        }
        return found.http;
    }

    private static FileTime changed(Path folder) {
        try {
            return Files.isDirectory(folder) ? Files.getLastModifiedTime(folder) : FileTime.fromMillis(0);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    /** What was named so, and what lies on a loopback address. */
    private boolean isInsecure(String authority) {
        String host = Origin.of(URI.create("https://" + authority)).host().toLowerCase(Locale.ROOT);
        return insecure.contains(authority) || host.equals("localhost") || host.endsWith(".localhost") || host.equals("[::1]")
                || host.matches("127(\\.\\d{1,3}){3}");
    }
}
