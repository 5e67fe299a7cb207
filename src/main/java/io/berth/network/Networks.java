package io.berth.network;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * The networks of this instance and the sandboxes of its running containers. Safe for use by many threads.
 */
@Component
public class Networks {

    /** All networks, the built-in ones first. */
    public List<Network> list() {
        throw new UnsupportedOperationException();
    }

    /**
     * Finds a network by full id, name or unambiguous prefix of the id, in this order.
     *
     * @throws io.berth.error.NotFoundException {@code network NAME not found}
     */
    public Network require(String nameOrId) {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes a user-defined network.
     *
     * @throws io.berth.error.NotImplementedException always
     */
    public Network create(String name, String driver, Map<String, String> options, Map<String, String> labels) {
        throw new UnsupportedOperationException();
    }

    /**
     * Removes a user-defined network.
     *
     * @throws io.berth.error.ForbiddenException for a built-in network
     */
    public void remove(String nameOrId) {
        throw new UnsupportedOperationException();
    }

    /** The running containers in a network. */
    public List<Attachment> attachments(NetworkId network) {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes the network of a container that is about to start: namespace, interface, addresses, published ports. All or nothing.
     *
     * @throws io.berth.error.NotFoundException unknown network
     * @throws io.berth.error.InvalidArgumentException ports with a mode that cannot publish any
     * @throws io.berth.error.ConflictException the container to share with is not running
     * @throws io.berth.error.InternalException {@code driver failed programming external connectivity on endpoint NAME (ID): ...}
     */
    public Sandbox attach(SandboxRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes the network of a container away once its processes are gone (or when its start failed): address and ports are free
     * when this returns, the kernel's slow part follows later. Does nothing for a container that has no sandbox.
     */
    public void detach(String containerId) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes over the sandbox of a container that ran while the engine was away.
     *
     * @param containerId its full id
     * @param containerName its name without slash
     * @param pid its init process, alive
     * @return endpoints and bindings as at its start; {@code netns} and {@code held} are empty, the shim has them
     * @throws io.berth.error.NotFoundException nothing is known of its network
     */
    public Sandbox adopt(String containerId, String containerName, int pid) {
        throw new UnsupportedOperationException();
    }

    /**
     * To be called once after all running containers have been adopted: removes what this instance left behind of containers that are
     * no more (rules, interfaces, records).
     *
     * @param running full ids of the containers that run
     */
    public void forgetAllBut(Collection<String> running) {
        throw new UnsupportedOperationException();
    }

    /** The sandbox of a running container as {@link #attach} gave it, without descriptors; empty when it has none. */
    public java.util.Optional<Sandbox> find(String containerId) {
        throw new UnsupportedOperationException();
    }
}
