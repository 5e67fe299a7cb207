package io.berth.ffi;

import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import org.jspecify.annotations.Nullable;

/** The C surface of libberth: names and order of {@code src/main/c/include/berth.h}. No logic here. */
public interface LibBerth {

    int berth_close(int fd);

    int berth_netlink_open(int netns, @Out byte[] err);

    int berth_netns_create(@Out int[] netlink, @Out byte[] err);

    int berth_link_index(int netlink, String name, @Out byte[] err);

    int berth_bridge_create(int netlink, String name, @In byte[] mac, int mtu, @Out byte[] err);

    int berth_veth_create(int netlink, String name, int bridge, int group, int mtu, int peerNetns, String peerName,
            @In byte[] peerMac, @Out byte[] err);

    int berth_address_add(int netlink, int index, @In byte[] address, int prefixLength, @Out byte[] err);

    int berth_address_delete(int netlink, int index, @In byte[] address, int prefixLength, @Out byte[] err);

    int berth_link_up(int netlink, int index, @Out byte[] err);

    int berth_interface_configure(int netlink, String name, @In byte[] address, int prefixLength, @In byte @Nullable [] gateway,
            @Out byte[] err);

    int berth_link_delete(int netlink, int index, @Out byte[] err);

    int berth_link_delete_group(int netlink, int group, @Out byte[] err);

    long berth_dump_links(int netlink, @Out byte[] out, @size_t long size, @Out byte[] err);

    long berth_dump_addresses(int netlink, @Out byte[] out, @size_t long size, @Out byte[] err);

    long berth_dump_routes(int netlink, @Out byte[] out, @size_t long size, @Out byte[] err);

    int berth_port_hold(@In byte[] address, int length, int protocol, int port, @Out byte[] err);

    int berth_port_of(int socket, @Out byte[] err);

    long berth_relay_create(@Out byte[] err);

    int berth_relay_listen(long relay, @In byte[] address, int port, @In byte[] target, int targetPort, @Out byte[] err);

    int berth_relay_unlisten(int listener, @Out byte[] err);

    int berth_relay_run(long relay, @Out byte[] err);

    int berth_relay_stop(long relay, @Out byte[] err);

    int berth_netns_of(int pid, @Out byte[] err);

    int berth_dup(int fd, @Out byte[] err);
}
