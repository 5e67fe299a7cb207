package io.berth.image.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which proxy leads to a registry. Loopback addresses are never reached through one. */
final class RegistryProxies extends ProxySelector {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryProxies.class);

    private final String http;
    private final String https;
    private final String none;

    /**
     * @param http for addresses without TLS, {@code [http://]host[:port]}; empty for none
     * @param https for those with it
     * @param none hosts and domains that are reached directly, with commas between them; {@code *} for all
     */
    RegistryProxies(String http, String https, String none) {
        this.http = http;
        this.https = https;
        this.none = none;
    }

    @Override
    public List<Proxy> select(URI target) {
        String named = "https".equalsIgnoreCase(target.getScheme()) ? https : http;
        if (named.isEmpty() || target.getHost() == null || isDirect(target.getHost().toLowerCase(Locale.ROOT))) {
            return List.of(Proxy.NO_PROXY);
        }
        URI proxy = URI.create(named.contains("://") ? named : "http://" + named);
        int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
    }

    private boolean isDirect(String host) {
        if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
            return true;
        }
        for (String entry : none.split(",")) {
            String pattern = entry.strip().toLowerCase(Locale.ROOT);
            String bare = pattern.startsWith(".") ? pattern.substring(1) : pattern;
            if (pattern.equals("*") || !bare.isEmpty() && (host.equals(bare) || host.endsWith("." + bare))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void connectFailed(URI target, SocketAddress proxy, IOException failure) {
        LOG.warn("proxy {} cannot be reached for {}", proxy, target.getHost(), failure);
    }
}
