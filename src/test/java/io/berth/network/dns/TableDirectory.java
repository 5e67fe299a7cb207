package io.berth.network.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A directory for tests that remembers what it was asked. */
final class TableDirectory implements Directory {

    final List<String> asked = new CopyOnWriteArrayList<>();
    final List<InetSocketAddress> servers = new ArrayList<>();
    boolean forwards = true;
    private final Map<String, List<String>> addresses;
    private final Map<String, List<String>> names;

    TableDirectory(Map<String, List<String>> addresses, Map<String, List<String>> names) {
        this.addresses = addresses;
        this.names = names;
    }

    static TableDirectory of(String name, String... addresses) {
        return new TableDirectory(Map.of(name, List.of(addresses)), Map.of());
    }

    Map<String, List<String>> addresses() {
        return addresses;
    }

    @Override
    public Optional<List<InetAddress>> addressesOf(String name) {
        asked.add(name);
        return Optional.ofNullable(addresses.get(name)).map(all -> all.stream().map(InetAddress::ofLiteral).toList());
    }

    @Override
    public Optional<List<String>> namesOf(InetAddress address) {
        return Optional.ofNullable(names.get(address.getHostAddress()));
    }

    @Override
    public List<InetSocketAddress> servers() {
        return servers;
    }

    @Override
    public boolean mayForward() {
        return forwards;
    }
}
