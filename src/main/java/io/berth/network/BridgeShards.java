package io.berth.network;

import io.berth.error.InternalException;
import io.berth.ffi.Links;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridges of one network: the kernel lets a bridge have 1,023 ports. The main one has the host's address; when it has many containers,
 * further ones without address are connected to it, each by one port, and take the next. For containers and rules they are one network.
 *
 * <p>With one exception: where bridged frames pass the firewall (net.bridge.bridge-nf-call-iptables), two containers on the same further
 * bridge do not reach each other over a port that is published on the host. The kernel would have to send the frame back over the port that
 * it came from, and a port that does so reflects broadcasts, too. Safe for use by many threads.
 */
final class BridgeShards {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeShards.class);
    private static final long NEIGHBOURS = 65_536;

    private final InterfaceNames names;
    private final NetworkId network;
    private final Links host;
    private final int limit;
    private final boolean neighbours;
    private Bridge main;
    /** By number; the main one first. */
    private final List<Shard> shards = new ArrayList<>();
    private final Map<String, Shard> places = new HashMap<>();

    /** One bridge and how many containers are on it. */
    private static final class Shard {
        private final int index;
        private final int room;
        private int used;

        Shard(int index, int room) {
            this.index = index;
            this.room = room;
        }
    }

    /**
     * Finds what there is of them already.
     *
     * @param main the bridge with the host's address
     * @param limit how many ports a bridge is given, at least 2
     * @param neighbours whether containers reach each other: whoever must not reach a neighbour must not do so by a detour either
     */
    BridgeShards(InterfaceNames names, NetworkId network, Links host, Bridge main, int limit, boolean neighbours) {
        this.names = names;
        this.network = network;
        this.host = host;
        this.main = main;
        this.limit = limit;
        this.neighbours = neighbours;
        // Half of it is kept for the ports that others are connected by.
        shards.add(new Shard(main.index(), limit - limit / 2));
        for (int number = 1; host.find(names.shard(network, number)).isPresent(); number++) {
            shards.add(new Shard(host.find(names.shard(network, number)).getAsInt(), limit - 1));
        }
    }

    /** The index of the bridge that an endpoint is to be plugged into; it counts there until {@link #leave}. */
    synchronized int place(String endpointId) {
        Shard shard = shards.stream().filter(one -> one.used < one.room).findFirst().orElseGet(this::another);
        shard.used++;
        places.put(endpointId, shard);
        return shard.index;
    }

    /** An endpoint is there already. @param link its end on the host */
    synchronized void adopt(String endpointId, Links.Link link) {
        shards.stream().filter(one -> one.index == link.master()).findFirst().ifPresent(shard -> {
            shard.used++;
            places.put(endpointId, shard);
        });
    }

    synchronized void leave(String endpointId) {
        Shard shard = places.remove(endpointId);
        if (shard != null) {
            shard.used--;
        }
    }

    /**
     * All namespaces of a machine share one table of neighbours, with 1,024 entries by default: so many containers that talk to each other
     * would find no place in it. Where it may not be made larger they do without.
     */
    private static void makeRoomForNeighbours() {
        try {
            for (String family : List.of("ipv4", "ipv6")) {
                KernelSettings.atLeast(family + "/neigh/default/gc_thresh3", NEIGHBOURS);
                KernelSettings.atLeast(family + "/neigh/default/gc_thresh2", NEIGHBOURS / 2);
                KernelSettings.atLeast(family + "/neigh/default/gc_thresh1", NEIGHBOURS / 4);
            }
        } catch (InternalException refused) {
            LOG.warn("the kernel's table of neighbours stays as small as it is: {}", refused.getMessage());
        }
    }

    private Shard another() {
        makeRoomForNeighbours();
        int number = shards.size();
        int index = host.createBridge(names.shard(network, number), hardwareAddress(number), main.mtu());
        try {
            KernelSettings.setIfThere("ipv6/conf/" + names.shard(network, number) + "/disable_ipv6", "1");
            // The host is asked for its address on the main bridge, and must answer there only.
            KernelSettings.set("ipv4/conf/" + names.shard(network, number) + "/arp_ignore", "8");
            host.up(index);
            connect(number, index);
        } catch (RuntimeException failed) {
            host.delete(index);
            throw failed;
        }
        var made = new Shard(index, limit - 1);
        shards.add(made);
        return made;
    }

    /** Nobody else's, above all not the main one's: frames for that one would end here. */
    private byte[] hardwareAddress(int number) {
        String id = network.value();
        return MacAddress.parse("02:43:%s:%s:%s:%02x".formatted(id.substring(0, 2), id.substring(2, 4), id.substring(4, 6), number & 0xff)).octets();
    }

    private void connect(int number, int index) {
        host.connectBridges(names.uplink(network, number, false), main.index(), names.uplink(network, number, true), index, names.group(),
                main.mtu(), !neighbours);
    }

    /** The main bridge was made again. */
    synchronized void moveTo(Bridge next) {
        main = next;
        Shard first = shards.getFirst();
        var again = new Shard(next.index(), first.room);
        again.used = first.used;
        shards.set(0, again);
        places.replaceAll((endpoint, shard) -> shard == first ? again : shard);
        for (int number = 1; number < shards.size(); number++) {
            host.find(names.uplink(network, number, false)).ifPresent(host::delete);
            connect(number, shards.get(number).index);
        }
    }

    /** Takes all but the main one away. */
    synchronized void remove() {
        for (int number = 1; number < shards.size(); number++) {
            host.find(names.uplink(network, number, false)).ifPresent(host::delete);
            host.delete(shards.get(number).index);
        }
        shards.subList(1, shards.size()).clear();
    }
}
