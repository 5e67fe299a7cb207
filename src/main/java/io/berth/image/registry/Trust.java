package io.berth.image.registry;

import io.berth.error.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Which certificates of registries are believed. */
final class Trust {

    private Trust() {}

    /** The platform's authorities and those in the folder {@code FOLDER/AUTHORITY/*.crt}. @throws UnavailableException one cannot be read */
    static SSLContext of(Path folder, String authority) {
        Path own = folder.resolve(authority);
        try {
            var authorities = platform();
            if (Files.isDirectory(own)) {
                var certificates = CertificateFactory.getInstance("X.509");
                try (var files = Files.newDirectoryStream(own, "*.crt")) {
                    for (Path file : files) {
                        try (var in = Files.newInputStream(file)) {
                            int number = 0;
                            for (var certificate : certificates.generateCertificates(in)) {
                                authorities.setCertificateEntry(file.getFileName() + "-" + number++, certificate);
                            }
                        }
                    }
                }
            }
            return context(managers(authorities));
        } catch (IOException | GeneralSecurityException failure) {
            throw new UnavailableException("read the authorities of registry " + authority + " in " + own + ": " + failure.getMessage(), failure);
        }
    }

    private static KeyStore platform() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        int number = 0;
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager known) {
                for (X509Certificate issuer : known.getAcceptedIssuers()) {
                    store.setCertificateEntry("platform-" + number++, issuer);
                }
            }
        }
        return store;
    }

    private static TrustManager[] managers(KeyStore authorities) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    /** For registries that are insecure by the administrator's word or because they are on the loopback. */
    static SSLContext everyone() {
        try {
            return context(new TrustManager[] {new Anyone()});
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has TLS", impossible);
        }
    }

    private static SSLContext context(TrustManager[] managers) throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers, new SecureRandom());
        return context;
    }

    private static final class Anyone implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // Nobody proves himself to us.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // Insecure by rule or by word.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
