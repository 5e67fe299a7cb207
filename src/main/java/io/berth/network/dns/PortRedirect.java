package io.berth.network.dns;

import io.berth.ffi.Errno;
import io.berth.ffi.Fd;
import io.berth.ffi.LibNftables;
import io.berth.ffi.NativeException;

/**
 * Lets port 53 of 127.0.0.11 lead to the ports that the name server has there, in one network namespace. The rules
 * change the port of each packet there and back and keep no state: the container's connections are not tracked because of them.
 */
final class PortRedirect {

    private static final String RULES = """
            create table ip berth_dns
            table ip berth_dns {
              chain output {
                type filter hook output priority -300; policy accept;
                ip daddr %1$s udp dport 53 udp dport set %2$d
                ip daddr %1$s tcp dport 53 tcp dport set %3$d
                ip saddr %1$s udp sport %2$d udp sport set 53
                ip saddr %1$s tcp sport %3$d tcp sport set 53
              }
            }
            """;
    private static final String REMOVAL = """
            table ip berth_dns
            delete table ip berth_dns
            """;

    private PortRedirect() {}

    /**
     * Puts the rules in place of those of an engine before.
     *
     * @throws NativeException ENOENT: libnftables is not installed; EOPNOTSUPP: the kernel has no nftables
     */
    static void install(Fd netns, int udpPort, int tcpPort) {
        String rules = RULES.formatted(NameServer.ADDRESS.getHostAddress(), udpPort, tcpPort);
        try {
            LibNftables.runIn(netns, rules);
        } catch (NativeException refused) {
            if (refused.errno() != Errno.EOPNOTSUPP) {
                throw refused;
            }
            // There are some already. Removing costs some 15 ms, too much for the start of each container.
            LibNftables.runIn(netns, REMOVAL + rules);
        }
    }
}
