package io.berth.network.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * What one container may see: the names and addresses of the networks it is in, and nothing of others. It is asked anew for each query
 * and nothing of it is kept: a change is seen by the next query. It is asked on the one thread that serves all containers: methods answer
 * from memory and take no lock that is held over I/O. What a method throws is a SERVFAIL for this query and a line in the log.
 */
public interface Directory {

    /**
     * The addresses of a name.
     *
     * @param name in lower case, without a final dot; {@code web}, {@code web.backend}
     * @return IPv4 and IPv6 ones in any order, they are shuffled; an empty list: the name is known here and has none; nothing at all: the
     *     name is not known here, its query is forwarded
     */
    Optional<List<InetAddress>> addressesOf(String name);

    /**
     * The names of an address, for PTR queries.
     *
     * @return as a PTR record is to have them, with the network's name behind a dot as Docker does, no final dot; an empty list: an address
     *     of the container's networks that nobody has, which is told and not forwarded; nothing at all: an address of elsewhere
     */
    Optional<List<String>> namesOf(InetAddress address);

    /**
     * The servers that the user gave the container ({@code --dns}), in order; they are asked out of the container's namespace. Empty: those
     * of the host are asked, out of the host's. Search domains and options are the business of the container's {@code resolv.conf}.
     */
    List<InetSocketAddress> servers();

    /** Whether what is not known here is asked elsewhere; otherwise it is a SERVFAIL. */
    boolean mayForward();
}
