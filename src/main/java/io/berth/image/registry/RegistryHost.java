package io.berth.image.registry;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * One registry: whether it may be spoken to without TLS and with a certificate that nobody vouches for.
 *
 * @param authority {@code host[:port]} as it is dialled
 * @param scheme that it must be spoken to with; null for TLS and, when it is insecure, without
 */
record RegistryHost(String authority, boolean insecure, @Nullable String scheme) {

    /** Docker Hub's registry has another name than its images. */
    private static final String HUB = "docker.io";
    private static final String HUB_REGISTRY = "registry-1.docker.io";

    static RegistryHost of(String domain, boolean insecure) {
        return new RegistryHost(domain.equals(HUB) ? HUB_REGISTRY : domain, insecure, null);
    }

    static boolean isHub(String domain) {
        return domain.equals(HUB);
    }

    URI base(String usedScheme) {
        return URI.create(usedScheme + "://" + authority);
    }

    /** Without the port. */
    String host() {
        return Origin.of(base("https")).host();
    }
}
