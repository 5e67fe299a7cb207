package io.berth.image.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.Timeout;

/**
 * Requests to one registry and to where it sends us. Redirects are not followed and nothing is decompressed here; hosts other than the
 * registry are looked up under an {@link AddressRule}. Safe for use by many threads.
 */
final class RegistryHttp {

    private static final Timeout CONNECT = Timeout.ofSeconds(15);
    /** Whoever has all of a blob reads it again before it says so. */
    private static final int PATIENCE = 10;
    private static final Timeout FREE_CONNECTION = Timeout.ofMinutes(10);
    private static final int CONNECTIONS = 16;

    private final CloseableHttpClient client;
    private final RequestConfig patient;

    /** @param trusted who vouches for the registry and others @param longest how long nothing may come */
    RegistryHttp(RegistryHost registry, SSLContext trusted, RegistryProxies proxies, Duration longest) {
        var silence = Timeout.of(longest);
        patient = RequestConfig.custom().setResponseTimeout(Timeout.of(longest.multipliedBy(PATIENCE))).setConnectionRequestTimeout(FREE_CONNECTION).build();
        var rule = new AddressRule();
        var connections = PoolingHttpClientConnectionManagerBuilder.create().setDnsResolver(resolver(registry, rule))
                .setTlsSocketStrategy(tls(registry, trusted)).setMaxConnTotal(CONNECTIONS).setMaxConnPerRoute(CONNECTIONS)
                .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(CONNECT).setSocketTimeout(silence)
                        .setTimeToLive(5, TimeUnit.MINUTES).build())
                .setDefaultSocketConfig(SocketConfig.custom().setSoTimeout(silence).build()).build();
        client = HttpClients.custom().setConnectionManager(connections).disableRedirectHandling().disableContentCompression()
                .disableAuthCaching().disableCookieManagement().disableAutomaticRetries().setUserAgent("berth")
                .setDefaultRequestConfig(RequestConfig.custom().setResponseTimeout(silence).setConnectionRequestTimeout(FREE_CONNECTION).build())
                .setProxySelector(proxies).build();
    }

    private static DnsResolver resolver(RegistryHost registry, AddressRule rule) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                InetAddress[] found = addresses(host);
                if (isOf(registry, host)) {
                    rule.registryIsAt(found);
                    return found;
                }
                InetAddress[] allowed = rule.allowed(List.of(found));
                if (allowed.length == 0) {
                    throw new UnknownHostException("the registry " + registry.authority() + " leads to " + host + " (" + Arrays.toString(found)
                            + "), an address of a network that it is not in itself: refused");
                }
                return allowed;
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }

    private static InetAddress[] addresses(String host) throws UnknownHostException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException unknown) {
            // The platform's own message is the name alone, or in the language of the machine.
            var named = new UnknownHostException("lookup " + host + ": no such host");
            named.initCause(unknown);
            throw named;
        }
    }

    /** Only the registry itself may be insecure, not where it leads to. */
    private static TlsSocketStrategy tls(RegistryHost registry, SSLContext trusted) {
        var checking = new DefaultClientTlsStrategy(trusted);
        if (!registry.insecure()) {
            return checking;
        }
        var trusting = new DefaultClientTlsStrategy(Trust.everyone(), HostnameVerificationPolicy.CLIENT, NoopHostnameVerifier.INSTANCE);
        return (socket, target, port, attachment, context) -> upgrade(isOf(registry, target) ? trusting : checking, socket, target, port, attachment, context);
    }

    private static SSLSocket upgrade(TlsSocketStrategy strategy, java.net.Socket socket, String target, int port, Object attachment,
            org.apache.hc.core5.http.protocol.HttpContext context) throws IOException {
        return strategy.upgrade(socket, target, port, attachment, context);
    }

    private static boolean isOf(RegistryHost registry, String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        String own = registry.host();
        return bare.toLowerCase(Locale.ROOT).equals(own.startsWith("[") ? own.substring(1, own.length() - 1) : own);
    }

    /** For requests whose answer takes its time. */
    RequestConfig patient() {
        return patient;
    }

    /** The answer with its body unread; the caller closes it. */
    ClassicHttpResponse send(HttpUriRequestBase request) throws IOException {
        URI uri = request.getScheme() == null ? null : URI.create(request.getScheme() + "://" + request.getAuthority());
        return client.executeOpen(uri == null ? null : HttpHost.create(uri), request, null);
    }
}
