package io.berth.network;

import java.util.List;

/**
 * What an interface is to be.
 *
 * @param endpointId 64 hex digits
 * @param interfaceName inside the container
 * @param asked by the container
 * @param names of the endpoint
 * @param wayOut whether the container's default route goes over it
 * @param wayOut6 whether that of IPv6 does
 */
record Plug(String endpointId, String interfaceName, Connection asked, List<String> names, boolean wayOut, boolean wayOut6) {}
