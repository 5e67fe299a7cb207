package io.berth.ffi;

import java.nio.ByteBuffer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import org.jspecify.annotations.Nullable;

/** The C surface of libberth: names and order of {@code src/main/c/include/berth.h}. No logic here. */
public interface LibBerth {

    int berth_close(int fd);

    int berth_netlink_open(int netns, @Out byte[] err);

    int berth_netns_create(@Out int[] netlink, @Out byte[] err);

    int berth_netns_create_within(int userns, @In byte[] uids, @In byte[] gids, @Out int[] made, @Out int[] netlink, @Out byte[] err);

    int berth_userns_create(@In byte[] uids, @In byte[] gids, @Out byte[] err);

    int berth_netns_current(@Out byte[] err);

    int berth_netns_enter(int netns, @Out byte[] err);

    int berth_nftables_run(int netns, @In byte[] text, @Out byte[] err);

    int berth_nftables_watch(@Out byte[] err);

    int berth_nftables_heard(int watch, @Out byte[] err);

    int berth_link_index(int netlink, String name, @Out byte[] err);

    int berth_bridge_create(int netlink, String name, @In byte[] mac, int mtu, @Out byte[] err);

    int berth_veth_create(int netlink, String name, int bridge, int group, int mtu, int peerNetns, String peerName,
            @In byte[] peerMac, @Out byte[] err);

    int berth_address_add(int netlink, int index, @In byte[] address, int length, int prefixLength, @Out byte[] err);

    int berth_address_delete(int netlink, int index, @In byte[] address, int length, int prefixLength, @Out byte[] err);

    int berth_link_up(int netlink, int index, @Out byte[] err);

    int berth_interface_configure(int netlink, String name, @In byte @Nullable [] address, int prefixLength, @In byte @Nullable [] gateway,
            @In byte @Nullable [] address6, int prefixLength6, @In byte @Nullable [] gateway6, @Out byte[] err);

    int berth_ipv6_enable(int netns, String name, @Out byte[] err);

    int berth_default_route(int netlink, @In byte @Nullable [] gateway, int length, @Out byte[] err);

    int berth_default_route_over(int netlink, String name, int length, @Out byte[] err);

    int berth_lan_known(int netlink, String kind, @Out byte[] err);

    int berth_lan_create(int netlink, String kind, int parent, int mode, int flags, int netns, String name, @In byte @Nullable [] mac,
            @Out byte[] err);

    int berth_sink_create(int netlink, String kind, String name, int group, @Out byte[] err);

    int berth_vlan_create(int netlink, String name, int parent, int id, int group, @Out byte[] err);

    int berth_link_address(int netlink, String name, @In byte[] mac, @Out byte[] err);

    int berth_port_isolate(int netlink, int index, @Out byte[] err);

    int berth_bridges_connect(int netlink, String name, int bridge, String peerName, int peerBridge, int group, int mtu, int isolated,
            @Out byte[] err);

    int berth_link_delete(int netlink, int index, @Out byte[] err);

    int berth_link_delete_group(int netlink, int group, @Out byte[] err);

    long berth_dump_links(int netlink, @Out byte[] out, @size_t long size, @Out byte[] err);

    long berth_dump_addresses(int netlink, @Out byte[] out, @size_t long size, @Out byte[] err);

    long berth_dump_routes(int netlink, @Out byte[] out, @size_t long size, @Out byte[] err);

    int berth_port_hold(@In byte[] address, int length, int protocol, int port, @Out byte[] err);

    int berth_port_of(int socket, @Out byte[] err);

    long berth_relay_create(long idleMs, @Out byte[] err);

    int berth_relay_listen(long relay, int protocol, @In byte[] address, int port, @In byte[] target, int targetLength, int targetPort, @Out byte[] err);

    int berth_relay_unlisten(long relay, int listener, @Out byte[] err);

    int berth_relay_run(long relay, @Out byte[] err);

    int berth_relay_stop(long relay, @Out byte[] err);

    void berth_relay_free(long relay);

    int berth_dup(int fd, @Out byte[] err);

    int berth_open_root(@In byte[] path, @Out byte[] err);

    int berth_open_beneath(int dir, @In byte[] path, int flags, int mode, long maker, @Out byte[] err);

    int berth_open_regular(int dir, @In byte[] path, @Out byte[] err);

    int berth_open_within(int dir, @In byte[] path, @Out byte[] err);

    int berth_open_in_root(int dir, @In byte[] path, int flags, int mode, @Out byte[] err);

    int berth_mkdirat(int dir, @In byte[] path, int mode, long maker, @Out byte[] err);

    int berth_mknodat(int dir, @In byte[] path, int mode, int majorNumber, int minorNumber, long maker, @Out byte[] err);

    int berth_unlinkat(int dir, @In byte[] path, int isDirectory, @Out byte[] err);

    int berth_symlinkat(@In byte[] target, int dir, @In byte[] path, long maker, @Out byte[] err);

    int berth_linkat(int fromDir, @In byte[] existing, int dir, @In byte[] path, long maker, @Out byte[] err);

    int berth_renameat(int fromDir, @In byte[] from, int toDir, @In byte[] to, int flags, long maker, @Out byte[] err);

    int berth_chmodat(int dir, @In byte[] path, int mode, @Out byte[] err);

    int berth_chownat(int dir, @In byte[] path, long uid, long gid, @Out byte[] err);

    int berth_utimensat(int dir, @In byte[] path, @In long[] times, @Out byte[] err);

    int berth_statat(int dir, @In byte[] path, @Out long[] out, @Out byte[] err);

    int berth_fstat(int fd, @Out long[] out, @Out byte[] err);

    long berth_readlinkat(int dir, @In byte[] path, @Out byte[] out, @size_t long size, @Out byte[] err);

    long berth_listxattrat(int dir, @In byte[] path, @Out byte[] out, @size_t long size, @Out byte[] err);

    long berth_getxattrat(int dir, @In byte[] path, @In byte[] name, @Out byte[] out, @size_t long size, @Out byte[] err);

    int berth_setxattrat(int dir, @In byte[] path, @In byte[] name, @In byte[] value, @size_t long size, @Out byte[] err);

    long berth_read_dir(int fd, @Out byte[] out, @size_t long size, @Out byte[] err);

    long berth_read(int fd, @Out ByteBuffer buffer, @size_t long length, @Out byte[] err);

    long berth_write(int fd, @In ByteBuffer buffer, @size_t long length, @Out byte[] err);

    long berth_lseek(int fd, long offset, int whence, @Out byte[] err);

    int berth_clone_content(int to, int from, @Out byte[] err);

    int berth_ftruncate(int fd, long size, @Out byte[] err);

    int berth_place_apart(@In byte[] path, @Out byte[] err);

    int berth_preallocate(@In byte[] path, long offset, long length, @Out byte[] err);

    int berth_zero_range(@In byte[] path, long offset, long length, @Out byte[] err);

    int berth_fsync(int fd, @Out byte[] err);

    int berth_syncfs(int fd, @Out byte[] err);

    int berth_quota_enforced(int fd);

    long berth_project_of(int dir, @Out byte[] err);

    int berth_project_set(int dir, long project, @Out byte[] err);

    int berth_project_in_use(int fd, long project, @Out byte[] err);

    int berth_project_limit(int fd, long project, long bytes, @Out byte[] err);

    int berth_overlay_open(@In byte[] lower, int count, @In byte @Nullable [] upper, @In byte @Nullable [] work, int classic,
            @Out byte[] err);

    int berth_overlay_open_mapped(@In byte[] lower, int count, @In byte[] upper, @In byte[] work, int classic, int userns, long maker,
            @Out byte[] err);

    int berth_mount(@In byte[] source, @In byte[] target, @In byte[] type, long flags, @In byte[] data, @Out byte[] err);

    int berth_unmount(@In byte[] target, @Out byte[] err);

    int berth_mount_attach(int tree, @In byte[] target, long set, long clear, @Out byte[] err);

    int berth_tree_assemble(int tree, @In byte[] place, @In byte[] binds, @In int[] flags, int count, @Out byte[] err);

    int berth_device_filter_attach(@In byte[] cgroup, @In byte[] program, int instructions, @Out byte[] err);

    int berth_namespace_of(int process, String kind, @Out byte[] err);

    int berth_uts_host_name(int namespace, @Out byte[] name, int size, @Out byte[] err);

    int berth_abi_version();

    int berth_seal_executable(String path, @Out byte[] err);

    int berth_spawn_shim(int shim, @In byte[] plan, @size_t long length, @In int[] fds, int count, @Out int[] pidfd, @Out byte[] err);

    int berth_listen_unix(String path, int mode, @Out byte[] err);

    int berth_pidfd_open(int pid, @Out byte[] err);

    int berth_pidfd_signal(int pidfd, int signal, @Out byte[] err);

    int berth_reap(int pidfd, @Out byte[] err);

    int berth_epoll_create(@Out byte[] err);

    int berth_epoll_add(int epoll, int fd, long token, @Out byte[] err);

    int berth_epoll_wait(int epoll, @Out long[] tokens, int max, int timeout, @Out byte[] err);

    int berth_event_create(@Out byte[] err);

    int berth_event_signal(int event, @Out byte[] err);
}
