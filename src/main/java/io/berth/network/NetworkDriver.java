package io.berth.network;

import io.berth.error.ConflictException;
import io.berth.error.ForbiddenException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.error.UnavailableException;
import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the networks of one kind are in the kernel: made when a user makes them, made again when they are first needed in a later run of the
 * engine, plugged into, taken away. Safe for use by many threads.
 */
interface NetworkDriver {

    /**
     * A network that is to be made.
     *
     * @param id its id
     * @param spec what is asked for, checked in what all kinds have in common
     * @param pools the subnets that are asked for, overlapping no other network's; without gateway where none is named
     * @param configFrom name of the network that it has its configuration from; empty for its own
     * @param created when
     */
    record Draft(NetworkId id, NetworkSpec spec, List<Network.Pool> pools, String configFrom, Instant created) {

        /** The network with these subnets. */
        Network with(List<Network.Pool> whole) {
            return new Network(id, spec.name(), spec.driver().isEmpty() || spec.driver().equals("default") ? "bridge" : spec.driver(), whole,
                    Network.Families.of(whole), spec.internal(), spec.attachable(), spec.options(), spec.labels(), created, configFrom, false);
        }
    }

    /**
     * Makes what a new network has on the host, and chooses a subnet where none is asked for.
     *
     * @throws InvalidArgumentException options or subnets that this kind cannot have
     * @throws ForbiddenException another network has what cannot be shared
     * @throws ConflictException a name is taken
     * @throws UnavailableException the kernel cannot
     */
    Network create(Draft draft);

    /** Takes what a network has on the host away; false, and nothing happens, when containers are in it. */
    boolean remove(Network network);

    /** What interfaces of containers in a network are called, before a number. */
    String interfacePrefix(Network network);

    /** Whether a default route may go over a network. */
    boolean leadsOut(Network network);

    /** Where ports of containers that have their default route over a network are published that name no address: empty text for where
     * the engine's settings say. Nothing: such containers publish none. */
    Optional<String> publishedOn(Network network);

    /**
     * Makes an interface in a network namespace, with an address of the network; all or nothing.
     *
     * @param inside the links of that namespace
     * @throws NotFoundException the network was removed meanwhile
     * @throws ConflictException the address that is asked for is in use
     * @throws UnavailableException there is no free address
     */
    Endpoint plug(Network network, Fd netns, Links inside, Plug plug);

    /** Takes an interface out of a container that goes on running; its address is free when this returns. */
    void unplug(Endpoint endpoint, Links inside);

    /**
     * Gives an endpoint up whose container did not start or is gone: its address is free once its interface is gone.
     *
     * @param netns where the interface is; stays the caller's; null when nobody has it any more
     */
    void leave(Endpoint endpoint, @Nullable Fd netns);

    /** As {@link #leave}, of a container that ended while nobody looked. */
    void forget(Endpoint endpoint);

    /**
     * An endpoint of a container that ran before this process did is in use, if its interface is there; whether it is.
     *
     * @param netns where it should be; null as long as there is no process to ask
     */
    boolean adopt(Network network, Endpoint endpoint, @Nullable Fd netns);

    /** Deletes what earlier runs of the engine have left on the host and belongs to none of these endpoints and no network. */
    void deleteLeftoversBut(Collection<String> endpointIds);

    /** Stops what runs in this process. @param idle no container of this instance runs: what the kernel has goes, too */
    void close(boolean idle);
}
