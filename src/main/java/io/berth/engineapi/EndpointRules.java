package io.berth.engineapi;

import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What {@code NetworkingConfig} of a create may ask of a built-in network; the rest is refused in Docker's words. */
final class EndpointRules {

    private EndpointRules() {}

    /** The hardware address that is asked for; empty for none. */
    static String macAddress(@Nullable JsonNode networking) {
        var endpoints = networking == null ? null : DockerJson.field(networking, "EndpointsConfig");
        if (endpoints == null) {
            return "";
        }
        if (endpoints.size() > 1) {
            throw new NotImplementedException("not supported yet: more than one network in one create");
        }
        String mac = "";
        for (var endpoint : endpoints.properties()) {
            check(endpoint.getKey(), endpoint.getValue());
            mac = text(endpoint.getValue(), "MacAddress");
        }
        return mac;
    }

    private static void check(String network, JsonNode endpoint) {
        var wrong = new ArrayList<String>();
        var addresses = DockerJson.field(endpoint, "IPAMConfig");
        String four = addresses == null ? "" : text(addresses, "IPv4Address");
        String six = addresses == null ? "" : text(addresses, "IPv6Address");
        boolean fixed = !four.isEmpty() || !six.isEmpty();
        if (fixed) {
            wrong.add("user specified IP address is supported on user defined networks only");
        }
        if (some(endpoint, "Aliases")) {
            wrong.add("network-scoped alias is supported only for containers in user defined networks");
        }
        if (!four.isEmpty() && !(literal(four) instanceof Inet4Address)) {
            wrong.add("invalid IPv4 address: " + four);
        }
        if (!six.isEmpty() && !(literal(six) instanceof Inet6Address)) {
            wrong.add("invalid IPv6 address: " + six);
        }
        if (fixed) {
            wrong.add("user specified IP address is supported only when connecting to networks with user configured subnets");
        }
        if (!wrong.isEmpty()) {
            throw new InvalidArgumentException("invalid config for network " + (network.equals("default") ? "bridge" : network) + ": invalid endpoint settings:\n"
                    + (wrong.size() == 1 ? wrong.getFirst() : "* " + String.join("\n* ", wrong)));
        }
        for (String option : List.of("DriverOpts", "GwPriority")) {
            if (some(endpoint, option)) {
                throw new NotImplementedException("not supported yet: " + option + " of a container's network");
            }
        }
        if (addresses != null && some(addresses, "LinkLocalIPs")) {
            throw new NotImplementedException("not supported yet: LinkLocalIPs of a container's network");
        }
    }

    private static boolean some(JsonNode node, String name) {
        var value = DockerJson.field(node, name);
        return value != null && (value.isContainer() ? !value.isEmpty() : value.asInt(0) != 0);
    }

    private static String text(JsonNode node, String name) {
        var value = DockerJson.field(node, name);
        return value == null ? "" : value.asString("");
    }

    private static @Nullable InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }
}
