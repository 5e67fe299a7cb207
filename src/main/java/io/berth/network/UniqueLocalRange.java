package io.berth.network;

import io.berth.error.InternalException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where IPv6 subnets come from when the settings name no range for them: RFC 4193 leaves 40 bits to each site. */
final class UniqueLocalRange {

    private static final Path MACHINE = Path.of("/etc/machine-id");
    private static final int SITE_OCTETS = 5;
    private static final int SITE_PREFIX = 48;
    private static final int NETWORK_PREFIX = 64;

    private UniqueLocalRange() {}

    /** That of an instance on this machine, always the same one. */
    static NetworkProperties.PoolRange of(String instance) {
        byte[] octets = new byte[16];
        octets[0] = (byte) 0xfd;
        System.arraycopy(InterfaceNames.sha256(instance + "/ipv6/" + machine()), 0, octets, 1, SITE_OCTETS);
        try {
            return new NetworkProperties.PoolRange(new Subnet(Inet6Address.getByAddress(null, octets, -1), SITE_PREFIX), NETWORK_PREFIX);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("16 octets are an IPv6 address", impossible);
        }
    }

    private static String machine() {
        try {
            return Files.readString(MACHINE).strip();
        } catch (NoSuchFileException unnamed) {
            return ""; // the range is then the same on all machines that have no id
        } catch (IOException failed) {
            throw new InternalException("read " + MACHINE + ": " + failed.getMessage(), failed);
        }
    }
}
