package io.berth.network;

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

/** Opens the networks of this instance; its records are beside the sockets of its containers. */
@Configuration(proxyBeanMethods = false)
class NetworkConfiguration {

    @Bean
    Networks networks(Instance instance, NetworkProperties properties, SubordinateIds ids, EventJournal journal, Clock clock)
            throws IOException {
        Native.load(instance.dataRoot().resolve("native"));
        var owner = ids.map().<NamespaceOwner>map(NamespaceOwner.Fresh::new).orElseGet(NamespaceOwner.Host::new);
        return new Networks(instance.instance(), instance.runRoot().resolve("network"), properties, owner, new JournalEvents(journal), clock);
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
