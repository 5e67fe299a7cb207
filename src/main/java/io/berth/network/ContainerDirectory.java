package io.berth.network;

import io.berth.network.LiveSandboxes.Live;
import io.berth.network.dns.Directory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What one container may see of names: those of the networks it is in now, and its own links. Of several networks the first one counts in
 * which a name is known.
 */
final class ContainerDirectory implements Directory {

    private final String containerId;
    private final LiveSandboxes live;

    ContainerDirectory(String containerId, LiveSandboxes live) {
        this.containerId = containerId;
        this.live = live;
    }

    private List<Endpoint> endpoints() {
        return live.find(containerId).map(Live::endpoints).orElse(List.of());
    }

    @Override
    public Optional<List<InetAddress>> addressesOf(String name) {
        for (Endpoint endpoint : endpoints()) {
            List<InetAddress> found = addressesOf(endpoint, name);
            if (!found.isEmpty()) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private List<InetAddress> addressesOf(Endpoint endpoint, String name) {
        NetworkNames names = live.names(endpoint.networkId());
        for (String link : endpoint.links()) {
            int colon = link.lastIndexOf(':');
            if (colon > 0 && link.substring(colon + 1).equalsIgnoreCase(name)) {
                return names.of(link.substring(0, colon).toLowerCase(Locale.ROOT));
            }
        }
        List<InetAddress> found = names.of(name);
        String suffix = "." + endpoint.networkName().toLowerCase(Locale.ROOT);
        return found.isEmpty() && name.endsWith(suffix) ? names.of(name.substring(0, name.length() - suffix.length())) : found;
    }

    @Override
    public Optional<List<String>> namesOf(InetAddress address) {
        List<Endpoint> reaching = endpoints().stream().filter(Endpoint::isNamed).filter(endpoint -> endpoint.reaches(address)).toList();
        if (reaching.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(reaching.stream().flatMap(endpoint -> live.names(endpoint.networkId()).of(address).stream()
                .map(name -> name + "." + endpoint.networkName())).toList());
    }

    @Override
    public List<InetSocketAddress> servers() {
        return live.find(containerId).map(Live::serverAddresses).orElse(List.of());
    }

    /** Who has no way out must not have one over the questions that it asks. */
    @Override
    public boolean mayForward() {
        List<Endpoint> endpoints = endpoints();
        return Endpoint.wayOut(endpoints).isPresent() || Endpoint.wayOut6(endpoints).isPresent();
    }
}
