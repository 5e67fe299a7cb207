package io.berth.network;

import io.berth.error.InternalException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Has the host forward IPv6, as networks with such addresses need it; it stays so. */
final class Ipv6Forwarding {

    private static final String SETTINGS = "ipv6/conf/";
    private static final String OF_HOST = SETTINGS + "all/forwarding";
    private static final Set<String> NO_LINKS = Set.of("all", "default", "lo");

    private Ipv6Forwarding() {}

    /**
     * A host that forwards believes no router advertisements any more, and drops the default route that it has from one: links that heard
     * them go on hearing them ({@code accept_ra} 2).
     */
    static void enable() {
        if (KernelSettings.is(OF_HOST, "1")) {
            return;
        }
        try (DirectoryStream<Path> links = Files.newDirectoryStream(KernelSettings.folder(SETTINGS))) {
            for (Path link : links) {
                String setting = SETTINGS + link.getFileName() + "/accept_ra";
                if (!NO_LINKS.contains(link.getFileName().toString()) && KernelSettings.is(setting, "1")) {
                    KernelSettings.set(setting, "2");
                }
            }
        } catch (IOException failed) {
            throw new InternalException("read the settings of IPv6: " + failed.getMessage(), failed);
        }
        KernelSettings.set(OF_HOST, "1");
    }
}
