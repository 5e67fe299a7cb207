package io.berth.network;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The names in one network. A name may be that of several containers. Safe for use by many threads; looking up takes no lock.
 */
final class NetworkNames {

    private final Map<String, List<InetAddress>> addresses = new ConcurrentHashMap<>();
    private final Map<InetAddress, String> firstNames = new ConcurrentHashMap<>();

    void add(Endpoint endpoint) {
        for (InetAddress ip : endpoint.isNamed() ? endpoint.addresses() : List.<InetAddress>of()) {
            if (firstNames.put(ip, endpoint.names().getFirst()) == null) {
                endpoint.names().forEach(name -> addresses.merge(name, List.of(ip), (before, more) ->
                        Stream.concat(before.stream(), more.stream()).toList()));
            }
        }
    }

    void remove(Endpoint endpoint) {
        for (InetAddress ip : endpoint.isNamed() ? endpoint.addresses() : List.<InetAddress>of()) {
            if (firstNames.remove(ip) != null) {
                endpoint.names().forEach(name -> addresses.computeIfPresent(name, (key, before) -> {
                    List<InetAddress> left = before.stream().filter(address -> !address.equals(ip)).toList();
                    return left.isEmpty() ? null : left;
                }));
            }
        }
    }

    /** The addresses of a name; empty when nobody has it. */
    List<InetAddress> of(String name) {
        return addresses.getOrDefault(name, List.of());
    }

    /** The name of the container that has an address. */
    Optional<String> of(InetAddress address) {
        return Optional.ofNullable(firstNames.get(address));
    }
}
