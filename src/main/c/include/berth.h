/* The whole ABI of libberth. Every function returns >= 0, or -errno with *ERR filled (ERR may be NULL). Nothing here prints, exits,
   allocates for its caller or keeps globals. All descriptors handed out are close-on-exec and belong to the caller.
   Types are ints, longs and byte buffers only, so that any foreign function interface can call it. */
#ifndef BERTH_H
#define BERTH_H

#include <stddef.h>
#include <stdint.h>

#define BERTH_EXPORT __attribute__((visibility("default")))

/* What was tried, on what; the errno travels in the return value. Always NUL-terminated. */
struct berth_error {
    char message[512];
};

/* ---- descriptors: lib/error.c ---- */

BERTH_EXPORT int berth_close(int fd);

/* Another descriptor of the same open file. */
BERTH_EXPORT int berth_dup(int fd, struct berth_error *err);

/* ---- files below a directory: lib/rootdir.c ----
   DIR is the descriptor of a directory. Unless said otherwise PATH is relative and resolved beneath it: no link is followed on the way
   (-ELOOP), nothing leads out (-EXDEV), and the last part is the thing itself, never what it points to. "." is DIR.
   MAKER says who makes a name: -1, or uid | gid << 32 of somebody else, with the rights of the caller. Where mounts map ids, only an id
   that they map can make a file (-EOVERFLOW). */

/* The directory PATH of the host, links followed: for folders of the engine only. */
BERTH_EXPORT int berth_open_root(const char *path, struct berth_error *err);

BERTH_EXPORT int berth_open_beneath(int dir, const char *path, int flags, int mode, int64_t maker, struct berth_error *err);

/* The regular file PATH for reading; -EINVAL for anything else, which is not even opened: opening a device or a pipe has effects. */
BERTH_EXPORT int berth_open_regular(int dir, const char *path, struct berth_error *err);

/* Where PATH leads, with O_PATH; links that lead out of DIR, absolute ones among them, are -EXDEV. */
BERTH_EXPORT int berth_open_within(int dir, const char *path, struct berth_error *err);

/* Links, "..", and absolute paths are resolved as a process would whose root is DIR. */
BERTH_EXPORT int berth_open_in_root(int dir, const char *path, int flags, int mode, struct berth_error *err);

/* Made with exactly MODE, whatever the umask. */
BERTH_EXPORT int berth_mkdirat(int dir, const char *path, int mode, int64_t maker, struct berth_error *err);
BERTH_EXPORT int berth_mknodat(int dir, const char *path, int mode, int major_number, int minor_number, int64_t maker,
                               struct berth_error *err);

BERTH_EXPORT int berth_unlinkat(int dir, const char *path, int is_directory, struct berth_error *err);
BERTH_EXPORT int berth_symlinkat(const char *target, int dir, const char *path, int64_t maker, struct berth_error *err);
BERTH_EXPORT int berth_linkat(int from_dir, const char *existing, int dir, const char *path, int64_t maker,
                              struct berth_error *err);

/* FLAGS are RENAME_*. */
BERTH_EXPORT int berth_renameat(int from_dir, const char *from, int to_dir, const char *to, int flags, int64_t maker,
                                struct berth_error *err);

BERTH_EXPORT int berth_chmodat(int dir, const char *path, int mode, struct berth_error *err);
BERTH_EXPORT int berth_chownat(int dir, const char *path, int64_t uid, int64_t gid, struct berth_error *err);

/* TIMES: seconds and nanoseconds of access, seconds and nanoseconds of change. */
BERTH_EXPORT int berth_utimensat(int dir, const char *path, const int64_t *times, struct berth_error *err);

/* OUT gets 14 numbers: device, inode, mode, links, uid, gid, size, blocks of 512 bytes, major and minor number of a device file,
   seconds and nanoseconds of change, seconds and nanoseconds of access. */
BERTH_EXPORT int berth_statat(int dir, const char *path, int64_t *out, struct berth_error *err);
BERTH_EXPORT int berth_fstat(int fd, int64_t *out, struct berth_error *err);

/* Without a NUL at the end. Returns the length; a result of SIZE may be cut off. */
BERTH_EXPORT int64_t berth_readlinkat(int dir, const char *path, char *out, size_t size, struct berth_error *err);

/* Extended attributes of the thing itself. Names come one after the other, each with its NUL. -ERANGE when SIZE is too small. */
BERTH_EXPORT int64_t berth_listxattrat(int dir, const char *path, char *out, size_t size, struct berth_error *err);
BERTH_EXPORT int64_t berth_getxattrat(int dir, const char *path, const char *name, uint8_t *out, size_t size,
                                      struct berth_error *err);
BERTH_EXPORT int berth_setxattrat(int dir, const char *path, const char *name, const uint8_t *value, size_t size,
                                  struct berth_error *err);

/* The next names in the open directory FD, packed: type (u8, DT_*), inode (u64), length (u16), name. Without "." and "..". Returns the
   bytes used, 0 at the end. SIZE is 4096 at least. */
BERTH_EXPORT int64_t berth_read_dir(int fd, uint8_t *out, size_t size, struct berth_error *err);

/* ---- open files: lib/file.c ---- */

BERTH_EXPORT int64_t berth_read(int fd, uint8_t *buffer, size_t length, struct berth_error *err);

/* Writes all of it. */
BERTH_EXPORT int64_t berth_write(int fd, const uint8_t *buffer, size_t length, struct berth_error *err);

/* WHENCE is SEEK_*, SEEK_DATA and SEEK_HOLE among them. */
BERTH_EXPORT int64_t berth_lseek(int fd, int64_t offset, int whence, struct berth_error *err);

/* TO has what FROM has, by sharing its blocks until one of them is written. 1; 0 where the file system cannot do that with these two. */
BERTH_EXPORT int berth_clone_content(int to, int from, struct berth_error *err);

BERTH_EXPORT int berth_ftruncate(int fd, int64_t size, struct berth_error *err);
BERTH_EXPORT int berth_fsync(int fd, struct berth_error *err);

/* Folders that will be made in the one at PATH are placed far from each other on the disk (FS_TOPDIR_FL). 1; 0 where the file system places
 * them as it likes. Source: linux/fs.h, ext4's find_group_orlov. */
BERTH_EXPORT int berth_place_apart(const char *path, struct berth_error *err);

/* Take LENGTH bytes of disk from OFFSET on for the file at PATH, which keeps its size: writing them later needs no further space. */
BERTH_EXPORT int berth_preallocate(const char *path, int64_t offset, int64_t length, struct berth_error *err);

/* Make LENGTH bytes from OFFSET on of the file at PATH read as zeros; the disk they take stays taken, and the file keeps its size. */
BERTH_EXPORT int berth_zero_range(const char *path, int64_t offset, int64_t length, struct berth_error *err);

/* The whole file system on which FD is. */
BERTH_EXPORT int berth_syncfs(int fd, struct berth_error *err);

/* ---- quotas of projects: lib/quota.c ----
   A project is a number below 2^32 - 1 that files have; 0 is none. FD and DIR say by being on it which file system is meant. */

/* 1 when the file system counts what projects take and keeps them to their limits; 0 when it does not, or cannot say. */
BERTH_EXPORT int berth_quota_enforced(int fd);

BERTH_EXPORT int64_t berth_project_of(int dir, struct berth_error *err);

/* Also for all that will be made in DIR, and in folders that will be made there. */
BERTH_EXPORT int berth_project_set(int dir, int64_t project, struct berth_error *err);

/* 1 when PROJECT has files, deleted ones that are open among them, or a limit. */
BERTH_EXPORT int berth_project_in_use(int fd, int64_t project, struct berth_error *err);

/* BYTES of disk at most, rounded up; 0: as much as there is. What is taken already stays. */
BERTH_EXPORT int berth_project_limit(int fd, int64_t project, int64_t bytes, struct berth_error *err);

/* ---- overlay: lib/overlay.c ---- */

/* A detached overlay mount; closing the descriptor unmounts it. LOWER: COUNT absolute paths, top first, one after the other, each with
   its NUL. UPPER and WORK may be NULL: read-only, and then there must be two lower layers. CLASSIC: use mount(2), as is done by itself
   where the kernel has no `lowerdir+`; then all paths together must fit in a page, counted from the folder that they share. */
BERTH_EXPORT int berth_overlay_open(const char *lower, int count, const char *upper, const char *work, int classic,
                                    struct berth_error *err);

/* As above, writable, with layers whose ids are those in the user namespace USERNS: mounted by MAKER, who is one that it maps. UPPER and
   WORK are in one folder. */
BERTH_EXPORT int berth_overlay_open_mapped(const char *lower, int count, const char *upper, const char *work, int classic, int userns,
                                           int64_t maker, struct berth_error *err);

/* ---- mounts that all of the host sees: lib/hostmount.c ---- */

/* mount(2): FLAGS are MS_*, DATA are the options of the file system. What SOURCE is depends on TYPE. */
BERTH_EXPORT int berth_mount(const char *source, const char *target, const char *type, int64_t flags, const char *data,
                             struct berth_error *err);

/* Take away the topmost mount at TARGET, which is no link, as soon as nobody uses it. -EINVAL when nothing is mounted there. */
BERTH_EXPORT int berth_unmount(const char *target, struct berth_error *err);

/* Put the detached mount TREE at the folder TARGET, which is no link, with the attributes SET and without those of CLEAR (MOUNT_ATTR_*). */
BERTH_EXPORT int berth_mount_attach(int tree, const char *target, int64_t set, int64_t clear, struct berth_error *err);

/* ---- trees of mounts: lib/tree.c ---- */

#define BERTH_BIND_READ_ONLY 1
#define BERTH_BIND_MAKE_TARGET 2 /* a missing target is made, a folder or an empty file as the source is; with all above it */
#define BERTH_BIND_TOP_ONLY 4 /* without what is mounted below the source */

#define BERTH_BINDS_MAX 1024 /* -E2BIG for more */

/* A detached copy of the detached mount TREE with COUNT folders or files of the host mounted in it, without devices, setuid bits and
   execution. BINDS: source, path beneath it (or empty) and target in turn, each with its NUL; sources are paths of the host, what is
   beneath is resolved as a process would whose root is the source, targets as one whose root is TREE. FLAGS: BERTH_BIND_* of each.
   PLACE is any folder of the host; nothing is seen there. TREE stays the caller's, of no further use. */
BERTH_EXPORT int berth_tree_assemble(int tree, const char *place, const char *binds, const int *flags, int count,
                                     struct berth_error *err);

/* ---- network: lib/netlink.c, lib/netlink_change.c, lib/netlink_dump.c, lib/netlink_lan.c, lib/netns.c, lib/nftables.c, lib/nftables_watch.c, lib/userns.c ---- */

/* An rtnetlink socket in the namespace NETNS (a descriptor), or with -1 in that of the calling thread. */
BERTH_EXPORT int berth_netlink_open(int netns, struct berth_error *err);

/* Make a network namespace with lo up and the settings of a container's sandbox: any port may be bound by anybody, ping needs no
   privilege, no IPv6 on interfaces that come later. Returns its descriptor; *NETLINK is an rtnetlink socket inside. */
BERTH_EXPORT int berth_netns_create(int *netlink, struct berth_error *err);

/* As berth_netns_create, but the namespace belongs to a user namespace: to USERNS, or when that is -1 to one that is made with the maps
   UIDS and GIDS, in lines as /proc/PID/uid_map has them, and given to *MADE; its limits are not those of the caller. */
BERTH_EXPORT int berth_netns_create_within(int userns, const char *uids, const char *gids, int *made, int *netlink,
                                           struct berth_error *err);

/* A user namespace with the maps UIDS and GIDS, in lines as /proc/PID/uid_map has them, that no process is in: for mounts with its ids. */
BERTH_EXPORT int berth_userns_create(const char *uids, const char *gids, struct berth_error *err);

/* A descriptor of the network namespace of the calling thread, which may be another than that of its process. */
BERTH_EXPORT int berth_netns_current(struct berth_error *err);

/* Take the calling thread, and it alone, into the network namespace NETNS: sockets that it makes from then on are there. */
BERTH_EXPORT int berth_netns_enter(int netns, struct berth_error *err);

/* Carry out a script of nft(8), all or nothing, in the network namespace NETNS. One at a time. -ENOENT: libnftables is not installed;
   -EOPNOTSUPP: it or the kernel refused. */
BERTH_EXPORT int berth_nftables_run(int netns, const char *text, struct berth_error *err);

/* A socket that hears of changes of the firewall in the namespace of the calling thread; it becomes readable. Not blocking. */
BERTH_EXPORT int berth_nftables_watch(struct berth_error *err);

/* Read all that WATCH has heard: 1 when tables, chains, rules or sets were taken away, or when more was said than it could hear; else 0. */
BERTH_EXPORT int berth_nftables_heard(int watch, struct berth_error *err);

/* The index of the link NAME; -ENODEV when there is none. */
BERTH_EXPORT int berth_link_index(int netlink, const char *name, struct berth_error *err);

/* Make a bridge, down, with the 6 octets at MAC. Returns its index; -EEXIST when the name is taken. */
BERTH_EXPORT int berth_bridge_create(int netlink, const char *name, const uint8_t *mac, int mtu, struct berth_error *err);

/* Make a veth pair: NAME here, up, in GROUP and on the bridge with index BRIDGE; PEER_NAME with PEER_MAC directly in the namespace
   PEER_NETNS, down. */
BERTH_EXPORT int berth_veth_create(int netlink, const char *name, int bridge, int group, int mtu, int peer_netns,
                                   const char *peer_name, const uint8_t *peer_mac, struct berth_error *err);

/* Give the link INDEX the ADDRESS / take it away. LENGTH: 4 octets, or 16 of IPv6, which is used at once and not asked for before. */
BERTH_EXPORT int berth_address_add(int netlink, int index, const uint8_t *address, int length, int prefix_length,
                                   struct berth_error *err);
BERTH_EXPORT int berth_address_delete(int netlink, int index, const uint8_t *address, int length, int prefix_length,
                                      struct berth_error *err);

BERTH_EXPORT int berth_link_up(int netlink, int index, struct berth_error *err);

/* What the link NAME in the namespace NETNS (a descriptor) needs before it can have IPv6 addresses: IPv6 switched on, and no ear for
   routers that its neighbours claim to be. */
BERTH_EXPORT int berth_ipv6_enable(int netns, const char *name, struct berth_error *err);

/* Addresses, up, and default routes for the link NAME, in one request: ADDRESS of 4 octets and ADDRESS6 of 16, either NULL for none; the
   default route of each family goes over GATEWAY or GATEWAY6, NULL for none. */
BERTH_EXPORT int berth_interface_configure(int netlink, const char *name, const uint8_t *address, int prefix_length,
                                           const uint8_t *gateway, const uint8_t *address6, int prefix_length6,
                                           const uint8_t *gateway6, struct berth_error *err);

/* Let the default route of the main table go over GATEWAY (an address that is reached directly), whether there was one or not; with NULL
   there is none afterwards. LENGTH: 4 for the route of IPv4, 16 for that of IPv6. */
BERTH_EXPORT int berth_default_route(int netlink, const uint8_t *gateway, int length, struct berth_error *err);

/* The bridge of the port INDEX passes nothing between it and other ports that this was done to, only between it and the host. */
BERTH_EXPORT int berth_port_isolate(int netlink, int index, struct berth_error *err);

/* Make two bridges of this namespace one, by a veth pair: NAME in GROUP, a port of BRIDGE, and PEER_NAME, a port of PEER_BRIDGE, both up.
   ISOLATED: whether NAME is isolated among the ports of BRIDGE. */
BERTH_EXPORT int berth_bridges_connect(int netlink, const char *name, int bridge, const char *peer_name, int peer_bridge, int group,
                                       int mtu, int isolated, struct berth_error *err);

/* As berth_default_route, over the link NAME itself: whatever is not nearer is reached on it, without gateway. */
BERTH_EXPORT int berth_default_route_over(int netlink, const char *name, int length, struct berth_error *err);

/* Links on a link of the host. KIND is "macvlan", with MODE of MACVLAN_MODE_*, or "ipvlan", with MODE of IPVLAN_MODE_* and FLAGS of
   IPVLAN_F_* (linux/if_link.h). */

/* Whether the kernel knows links of KIND, or has a module that does: 0, or -EOPNOTSUPP. */
BERTH_EXPORT int berth_lan_known(int netlink, const char *kind, struct berth_error *err);

/* Make a link of KIND on the link PARENT (an index), directly in the namespace NETNS and down, as NAME. MAC: 6 octets, or NULL for what the
   kernel chooses. -EBUSY: PARENT carries what cannot be beside it; -EEXIST: NAME is taken. */
BERTH_EXPORT int berth_lan_create(int netlink, const char *kind, int parent, int mode, int flags, int netns, const char *name,
                                  const uint8_t *mac, struct berth_error *err);

/* Make a link that carries nothing anywhere, up and in GROUP, of KIND "dummy" or "ifb". -EOPNOTSUPP: the kernel does not know KIND. */
BERTH_EXPORT int berth_sink_create(int netlink, const char *kind, const char *name, int group, struct berth_error *err);

/* Make the link NAME of the frames that are tagged with ID (1 to 4094) on the link PARENT (an index), up and in GROUP. */
BERTH_EXPORT int berth_vlan_create(int netlink, const char *name, int parent, int id, int group, struct berth_error *err);

/* Give the link NAME the hardware address at MAC, 6 octets. */
BERTH_EXPORT int berth_link_address(int netlink, const char *name, const uint8_t *mac, struct berth_error *err);

/* Delete one link; -ENODEV when it is gone. Deleting one end of a veth deletes both. */
BERTH_EXPORT int berth_link_delete(int netlink, int index, struct berth_error *err);

/* Delete all links of GROUP at once; -ENODEV when there is none. GROUP must be positive. */
BERTH_EXPORT int berth_link_delete_group(int netlink, int group, struct berth_error *err);

struct berth_link {
    int32_t index;
    int32_t master; /* index of the bridge; 0 for none */
    int32_t other;  /* index of a veth's other end, or of the link that this one stands on, when it is in another namespace; else 0 */
    uint32_t mtu;
    uint32_t group;
    uint32_t flags; /* IFF_* */
    uint8_t mac[6];
    uint8_t reserved[2];
    char name[16];
    char kind[16]; /* "bridge", "veth", ...; "" for hardware */
};

struct berth_address {
    int32_t index;
    uint8_t family; /* AF_INET or AF_INET6 */
    uint8_t prefix_length;
    uint8_t reserved[2];
    uint8_t address[16]; /* the first 4 for AF_INET */
};

struct berth_route {
    uint32_t table;
    int32_t index; /* of the link it leaves by; 0 for none */
    uint32_t metric;
    uint8_t family;
    uint8_t prefix_length;
    uint8_t type; /* RTN_* */
    uint8_t reserved;
    uint8_t destination[16];
    uint8_t gateway[16];
};

/* Fill OUT with packed records. Returns the bytes used; -ENOBUFS when SIZE is too small and -EAGAIN when something changed
   meanwhile: in both cases ask again. */
BERTH_EXPORT int64_t berth_dump_links(int netlink, uint8_t *out, size_t size, struct berth_error *err);
BERTH_EXPORT int64_t berth_dump_addresses(int netlink, uint8_t *out, size_t size, struct berth_error *err);
BERTH_EXPORT int64_t berth_dump_routes(int netlink, uint8_t *out, size_t size, struct berth_error *err);

/* ---- network: lib/port.c ---- */

/* Reserve PORT (0: any free one) of the address (4 or 16 octets by LENGTH) for PROTOCOL (IPPROTO_TCP, _UDP or _SCTP) by a bound socket
   that serves nobody: a TCP connection to it is refused. No other process can take the port while the descriptor is open; sockets in
   TIME_WAIT are no obstacle. -EADDRINUSE when somebody has it. */
BERTH_EXPORT int berth_port_hold(const uint8_t *address, int length, int protocol, int port, struct berth_error *err);

/* The port a socket is bound to. */
BERTH_EXPORT int berth_port_of(int socket, struct berth_error *err);

/* ---- network: lib/relay*.c ---- */

/* A relay of TCP connections and UDP datagrams, which forgets clients of UDP that are silent for IDLE_MS milliseconds; its handle. */
BERTH_EXPORT int64_t berth_relay_create(int64_t idle_ms, struct berth_error *err);

/* Serve PORT of the IPv6 ADDRESS (16 octets) for PROTOCOL (IPPROTO_TCP or _UDP) by TARGET (TARGET_LENGTH octets, 4 or 16) and TARGET_PORT.
   Any thread. Returns the socket that has the port; it is given up with berth_relay_unlisten. -EADDRINUSE when somebody has the port. */
BERTH_EXPORT int berth_relay_listen(int64_t relay, int protocol, const uint8_t *address, int port, const uint8_t *target,
                                    int target_length, int target_port, struct berth_error *err);

/* Close LISTENER and end what came over it; the port is free when this returns. Any thread but that of berth_relay_run. RELAY is 0 when it
   is freed. */
BERTH_EXPORT int berth_relay_unlisten(int64_t relay, int listener, struct berth_error *err);

/* Carry what comes until berth_relay_stop; blocks, so it has a thread of its own. */
BERTH_EXPORT int berth_relay_run(int64_t relay, struct berth_error *err);
BERTH_EXPORT int berth_relay_stop(int64_t relay, struct berth_error *err);

/* Free a relay whose berth_relay_run has returned. */
BERTH_EXPORT void berth_relay_free(int64_t relay);

/* ---- namespaces and cgroups: lib/confine.c ---- */

/* A descriptor of a namespace of PROCESS, a descriptor of /proc/PID that stays with its process when the number goes to another: KIND is
   the namespace's name in /proc/PID/ns. -ESRCH when the process is gone. */
BERTH_EXPORT int berth_namespace_of(int process, const char *kind, struct berth_error *err);

/* The host name in the UTS namespace that the descriptor NAMESPACE is of, NUL-terminated, into NAME of SIZE bytes; 65 are enough. */
BERTH_EXPORT int berth_uts_host_name(int namespace, char *name, int size, struct berth_error *err);

/* Have the cgroup v2 at the path CGROUP ask PROGRAM, of so many eBPF INSTRUCTIONS over struct bpf_cgroup_dev_ctx, which devices its
   processes may use. Other programs of the cgroup and of those above are asked too. It goes with the cgroup. */
BERTH_EXPORT int berth_device_filter_attach(const char *cgroup, const uint8_t *program, int instructions, struct berth_error *err);

/* ---- this library ---- */

/* The number that a caller compares with what it was written for. */
#define BERTH_ABI_VERSION 14
BERTH_EXPORT int berth_abi_version(void);

/* ---- processes: lib/spawn.c, lib/wait.c ---- */

/* A sealed copy of the program at PATH in memory: nobody can change what runs. Returns its descriptor. */
BERTH_EXPORT int berth_seal_executable(const char *path, struct berth_error *err);

/* Start the shim in SHIM (from berth_seal_executable) without copying this process: 0, 1 and 2 are /dev/null, 3 is the plan of
   LENGTH bytes, 4 + i is FDS[i]; every signal as at boot, in a session of its own. Returns its pid; *PIDFD is its pidfd. The
   caller reaps it. */
BERTH_EXPORT int berth_spawn_shim(int shim, const uint8_t *plan, size_t length, const int *fds, int count, int *pidfd,
                                  struct berth_error *err);

/* A listening AF_UNIX stream socket at PATH (at most 107 bytes) with the permission bits MODE. */
BERTH_EXPORT int berth_listen_unix(const char *path, int mode, struct berth_error *err);

/* A pidfd of PID; -ESRCH when there is no such process. */
BERTH_EXPORT int berth_pidfd_open(int pid, struct berth_error *err);

/* -ESRCH when the process has ended. */
BERTH_EXPORT int berth_pidfd_signal(int pidfd, int signal, struct berth_error *err);

/* The exit status as a shell tells it (128 + n for signals) of a child that has ended; -EAGAIN when it runs. */
BERTH_EXPORT int berth_reap(int pidfd, struct berth_error *err);

/* One epoll set for many pidfds. Tokens are the caller's; a descriptor is told once. */
BERTH_EXPORT int berth_epoll_create(struct berth_error *err);
BERTH_EXPORT int berth_epoll_add(int epoll, int fd, int64_t token, struct berth_error *err);

/* Blocks (TIMEOUT in ms, -1: for ever) and fills TOKENS with up to MAX; returns how many. */
BERTH_EXPORT int berth_epoll_wait(int epoll, int64_t *tokens, int max, int timeout, struct berth_error *err);

/* An eventfd that can be waited for in an epoll set, and its signal. */
BERTH_EXPORT int berth_event_create(struct berth_error *err);
BERTH_EXPORT int berth_event_signal(int event, struct berth_error *err);

#endif
