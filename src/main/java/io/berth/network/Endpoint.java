package io.berth.network;

import java.net.Inet4Address;
import org.jspecify.annotations.Nullable;

/**
 * A container's place in a network.
 *
 * @param networkId the network
 * @param networkName its name
 * @param endpointId 64 hex digits, new for each start
 * @param ip its address; null in {@code host} and {@code none}
 * @param prefixLength length of the subnet's prefix; 0 without address
 * @param gateway where the default route goes; null without one
 * @param mac hardware address of the interface; null without one
 * @param interfaceName name inside the sandbox, {@code eth0}; empty without one
 */
public record Endpoint(NetworkId networkId, String networkName, String endpointId, @Nullable Inet4Address ip, int prefixLength,
        @Nullable Inet4Address gateway, @Nullable MacAddress mac, String interfaceName) {}
