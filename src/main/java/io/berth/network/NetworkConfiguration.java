package io.berth.network;

import io.berth.event.Durability;
import io.berth.event.EventJournal;
import io.berth.event.EventType;
import io.berth.ffi.Native;
import io.berth.instance.Instance;
import io.berth.instance.SubordinateIds;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** Opens the networks of this instance; the records of sandboxes are beside the sockets of its containers. */
@Configuration(proxyBeanMethods = false)
class NetworkConfiguration {

    /** Networks and sandboxes, made together. */
    record Parts(Networks networks, Sandboxes sandboxes) {

        static Parts of(String instance, SandboxRecords records, NetworkProperties properties, NamespaceOwner usual, NetworkStore store,
                NetworkEvents events, Clock clock) {
            var live = new LiveSandboxes();
            var builtIn = new BuiltInNetworks(instance, clock.instant());
            var networks = new Networks(builtIn, store, live, new Host(InterfaceNames.of(instance),
                    new SubnetAllocator(properties.ranges(UniqueLocalRange.of(instance))), properties, usual, builtIn, records), clock);
            return new Parts(networks, new Sandboxes(networks, new SandboxMaker(networks, usual, properties.publishAddress()), records, live,
                    events));
        }
    }

    /** What the drivers of networks need. */
    private record Host(InterfaceNames names, SubnetAllocator subnets, NetworkProperties properties, NamespaceOwner usual, BuiltInNetworks builtIn,
            SandboxRecords records) implements Networks.DriverSettings {

        @Override
        public BridgeDriver.Settings of(Collection<Network> users) {
            return new BridgeDriver.Settings(names, subnets, properties.prepared(), properties.portsPerBridge(), usual, builtIn, () -> users,
                    records.endpoints());
        }

        @Override
        public Map<String, NetworkDriver> links(Supplier<Collection<Network>> users) {
            var parents = new ParentLinks(names.group());
            var drivers = new HashMap<String, NetworkDriver>();
            for (LinkKind kind : LinkKind.values()) {
                drivers.put(kind.word(), new LinkNetworks(kind, parents, subnets, new LinkReaper("berth-" + kind.word() + "-" + names.table()), users,
                        records::endpoints));
            }
            return drivers;
        }
    }

    @Bean
    Parts networkParts(Instance instance, NetworkProperties properties, SubordinateIds ids, NetworkRows rows, TransactionTemplate transaction,
            Durability durability, EventJournal journal, Clock clock) throws IOException {
        Native.load(instance.dataRoot().resolve("native"));
        var owner = ids.map().<NamespaceOwner>map(NamespaceOwner.Fresh::new).orElseGet(NamespaceOwner.Host::new);
        var store = new DurableNetworks(rows, transaction, durability, journal, instance.dataRoot().resolve("networks"),
                (action, network) -> journal.append(EventType.NETWORK, action, network.id().value(), attributes(network)));
        return Parts.of(instance.instance(), new SandboxRecords(instance.runRoot().resolve("network")), properties, owner, store,
                new JournalEvents(journal), clock);
    }

    @Bean
    Networks networks(Parts parts) {
        return parts.networks();
    }

    @Bean
    Sandboxes sandboxes(Parts parts) {
        return parts.sandboxes();
    }

    private static Map<String, String> attributes(Network network) {
        return Map.of("name", network.name(), "type", network.driver());
    }

    private record JournalEvents(EventJournal journal) implements NetworkEvents {
        @Override
        public void connected(Network network, String containerId) {
            append("connect", network, containerId);
        }

        @Override
        public void disconnected(Network network, String containerId) {
            append("disconnect", network, containerId);
        }

        private void append(String action, Network network, String containerId) {
            journal.appendSoon(EventType.NETWORK, action, network.id().value(),
                    Map.of("container", containerId, "name", network.name(), "type", network.driver()));
        }
    }
}
