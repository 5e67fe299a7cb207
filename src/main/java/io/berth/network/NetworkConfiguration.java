package io.berth.network;

import io.berth.ffi.Native;
import io.berth.instance.Instance;
import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Opens the networks of this instance; its records are beside the sockets of its containers. */
@Configuration(proxyBeanMethods = false)
class NetworkConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(Networks.class);

    @Bean
    Networks networks(Instance instance, NetworkProperties properties, Clock clock) throws IOException {
        Native.load(instance.dataRoot().resolve("native"));
        return new Networks(instance.instance(), instance.runRoot().resolve("network"), properties, new LoggedEvents(), clock);
    }

    private static final class LoggedEvents implements NetworkEvents {
        @Override
        public void connected(Network network, String containerId) {
            LOG.debug("container {} connected to {}", containerId, network.name());
        }

        @Override
        public void disconnected(Network network, String containerId) {
            LOG.debug("container {} disconnected from {}", containerId, network.name());
        }
    }
}
