package io.berth.network;

import io.berth.event.Durability;
import io.berth.event.EventJournal;
import io.berth.event.EventType;
import io.berth.ffi.Native;
import io.berth.instance.Instance;
import io.berth.instance.SubordinateIds;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
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
            var networks = new Networks(builtIn, store, live, users -> new BridgeDriver.Settings(InterfaceNames.of(instance),
                    new SubnetAllocator(properties.ranges()), properties.prepared(), properties.portsPerBridge(), usual, builtIn, () -> users, records.endpoints()), clock);
            return new Parts(networks, new Sandboxes(networks, new SandboxMaker(networks, usual, properties.publishAddress()), records, live,
                    events));
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
            journal.append(EventType.NETWORK, action, network.id().value(),
                    Map.of("container", containerId, "name", network.name(), "type", network.driver()));
        }
    }
}
