package io.berth.image;

import io.berth.error.EngineException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.error.UnauthorizedException;
import io.berth.error.UnavailableException;
import io.berth.image.registry.RegistryException;
import io.berth.oci.ImageReference;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What registries refuse, in Docker's words. */
final class PullErrors {

    private static final Pattern CONNECT = Pattern.compile("Connect to https?://(\\S+).* failed: (.*?)(?: \\(.*\\))?");

    private PullErrors() {}

    static EngineException translate(ImageReference reference, IOException failure) {
        if (!(failure instanceof RegistryException refused)) {
            return new InternalException("pull " + reference.familiar() + ": " + reason(failure), failure);
        }
        boolean isUnknown = refused.status() == 404 && (refused.code().equals("MANIFEST_UNKNOWN") || refused.code().equals("NOT_FOUND"));
        if (isUnknown) {
            return new NotFoundException("manifest for " + reference.familiar() + " not found: " + refused.getMessage(), refused);
        }
        if (refused.status() == 401 || refused.status() == 403 || refused.status() == 404) {
            return new NotFoundException("pull access denied for " + reference.familiarRepository()
                    + ", repository does not exist or may require 'docker login': " + refused.getMessage(), refused);
        }
        return refused.status() == 429 ? new UnavailableException(refused.getMessage(), refused) : new InternalException(refused.getMessage(), refused);
    }

    static EngineException login(String domain, IOException failure) {
        if (failure instanceof RegistryException refused && (refused.status() == 401 || refused.status() == 403)) {
            return new UnauthorizedException("login attempt to https://" + domain + "/v2/ failed with status: " + refused.status()
                    + " " + refused.getMessage(), refused);
        }
        return new InternalException("login to " + domain + ": " + reason(failure), failure);
    }

    static RuntimeException check(String domain, IOException failure) {
        if (failure instanceof RegistryException refused && (refused.status() == 401 || refused.status() == 403)) {
            return new InvalidArgumentException("the registry " + domain + " does not take this username and password: " + refused.getMessage(), refused);
        }
        return new RegistryFailedException("the registry " + domain + " cannot be asked: " + reason(failure), failure);
    }

    static String reason(IOException failure) {
        if (failure instanceof SSLException broken) {
            return tls(broken);
        }
        String message = failure.getMessage();
        if (message != null && CONNECT.matcher(message).matches()) {
            return dialled(message);
        }
        if (failure instanceof SocketTimeoutException) {
            return "i/o timeout: nothing came for as long as berth.registry.silence allows";
        }
        return message == null || message.isEmpty() ? failure.getClass().getSimpleName() : message;
    }

    /** As Docker has it, {@code dial tcp HOST:PORT: connect: connection refused}: what a connection met is what is looked for in logs. */
    private static String dialled(String message) {
        Matcher parts = CONNECT.matcher(message);
        return parts.matches() ? "dial tcp " + parts.group(1) + ": connect: " + parts.group(2).toLowerCase(Locale.ROOT) : message;
    }

    /** In the words that users of Docker look for. */
    private static String tls(SSLException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.startsWith("Unsupported or unrecognized SSL message")) {
            return "http: server gave HTTP response to HTTPS client; berth.registry.insecure names registries that have no TLS";
        }
        if (isCausedBy(failure, CertPathBuilderException.class)) {
            return "tls: failed to verify certificate: x509: certificate signed by unknown authority; authorities of registries belong in"
                    + " berth.registry.certificates";
        }
        boolean isCertificate = failure instanceof SSLPeerUnverifiedException || isCausedBy(failure, CertificateException.class);
        return (isCertificate ? "tls: failed to verify certificate: x509: " : "tls: ") + message;
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> kind) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).anyMatch(kind::isInstance);
    }
}
