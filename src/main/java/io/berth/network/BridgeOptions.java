package io.berth.network;

import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The options of Docker's bridge driver that a network was made with. Options that are not Docker's mean nothing and are kept.
 *
 * @param name of the bridge; empty for one that is derived from the network's id
 * @param neighbours whether the containers of the network reach each other
 * @param masquerade whether what they send out carries the host's address
 * @param hostAddress where ports are published that name no address; empty for where the engine's settings say
 * @param mtu largest packet in bytes; 0 for that of the host's uplink
 * @param interfacePrefix what the containers' interfaces are called, before a number
 */
record BridgeOptions(String name, boolean neighbours, boolean masquerade, String hostAddress, int mtu, String interfacePrefix) {

    private static final String BRIDGE = "com.docker.network.bridge.";
    private static final String NAME = BRIDGE + "name";
    private static final String NEIGHBOURS = BRIDGE + "enable_icc";
    private static final String MASQUERADE = BRIDGE + "enable_ip_masquerade";
    private static final String HOST_ADDRESS = BRIDGE + "host_binding_ipv4";
    private static final String MTU = "com.docker.network.driver.mtu";
    private static final String PREFIX = "com.docker.network.container_iface_prefix";
    /** Docker's options that are not built: with any other value than this one the network would not be what was asked for. */
    private static final Map<String, String> ONLY = Map.of(BRIDGE + "gateway_mode_ipv4", "nat", BRIDGE + "gateway_mode_ipv6", "nat", BRIDGE + "inhibit_ipv4", "false",
            BRIDGE + "trusted_host_interfaces", "");

    private static final Pattern INTERFACE = Pattern.compile("[a-zA-Z0-9_.-]{1,15}");
    private static final Pattern INTERFACE_PREFIX = Pattern.compile("[a-zA-Z][a-zA-Z0-9_-]{0,11}");
    private static final Set<String> NO_NAMES = Set.of(".", "..", "all", "default", "lo");
    private static final int SMALLEST_MTU = 68;
    private static final int LARGEST_MTU = 65535;

    /**
     * Reads them.
     *
     * @throws InvalidArgumentException a value that cannot be
     * @throws NotImplementedException one that is not built
     */
    static BridgeOptions of(Map<String, String> options) {
        ONLY.forEach((option, value) -> {
            String asked = options.getOrDefault(option, value);
            if (!asked.isEmpty() && !asked.equals(value)) {
                throw new NotImplementedException("not supported yet: " + option + "=" + asked);
            }
        });
        String name = options.getOrDefault(NAME, "");
        if (!name.isEmpty() && (!INTERFACE.matcher(name).matches() || NO_NAMES.contains(name))) {
            throw new InvalidArgumentException("invalid " + NAME + ": \"" + name + "\" cannot be the name of an interface (1 to 15 of "
                    + "a-z, A-Z, 0-9, '_', '.' and '-')");
        }
        String prefix = options.getOrDefault(PREFIX, "eth");
        if (!INTERFACE_PREFIX.matcher(prefix).matches() || prefix.equals("lo")) {
            throw new InvalidArgumentException("invalid " + PREFIX + ": \"" + prefix + "\"");
        }
        return new BridgeOptions(name, flag(options, NEIGHBOURS), flag(options, MASQUERADE), hostAddress(options), mtu(options), prefix);
    }

    private static boolean flag(Map<String, String> options, String option) {
        String text = options.getOrDefault(option, "true");
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new InvalidArgumentException("failed to parse " + option + " value: " + text + " (neither true nor false)");
        };
    }

    private static String hostAddress(Map<String, String> options) {
        String text = options.getOrDefault(HOST_ADDRESS, "");
        try {
            return text.isEmpty() || InetAddress.ofLiteral(text).isAnyLocalAddress() ? "" : text;
        } catch (IllegalArgumentException malformed) {
            throw new InvalidArgumentException("failed to parse " + HOST_ADDRESS + " value: " + text + " (not an IP address)", malformed);
        }
    }

    private static int mtu(Map<String, String> options) {
        String text = options.getOrDefault(MTU, "0");
        try {
            int mtu = text.isEmpty() ? 0 : Integer.parseInt(text);
            if (mtu == 0 || mtu >= SMALLEST_MTU && mtu <= LARGEST_MTU) {
                return mtu;
            }
        } catch (NumberFormatException malformed) {
            throw new InvalidArgumentException("failed to parse " + MTU + " value: " + text + " (not a number)", malformed);
        }
        throw new InvalidArgumentException("invalid " + MTU + ": " + text + " is not between " + SMALLEST_MTU + " and " + LARGEST_MTU);
    }
}
