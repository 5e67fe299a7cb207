/* Building rtnetlink requests; shared by the files of libberth that speak it. */
#ifndef BERTH_NETLINK_H
#define BERTH_NETLINK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/types.h>

#include "internal.h"

enum { NETLINK_REQUEST_MAX = 2048, NETLINK_RECEIVE_MAX = 32768, NETLINK_BATCH_MAX = 8 };

/* Requests that are sent together. */
struct batch {
    _Alignas(struct nlmsghdr) uint8_t data[NETLINK_REQUEST_MAX];
    size_t length;
    size_t start; /* of the message under construction */
    uint32_t first_sequence;
    uint32_t count;
    const char *names[NETLINK_BATCH_MAX]; /* what each message does, for error texts */
};

void batch_init(struct batch *batch);
void message_begin(struct batch *batch, const char *name, uint16_t type, uint16_t flags, const void *body, size_t length);
void message_end(struct batch *batch);

/* Append an attribute to the message under construction; DATA may be NULL with LENGTH 0. */
void attribute_put(struct batch *batch, uint16_t type, const void *data, size_t length);
void attribute_put_u32(struct batch *batch, uint16_t type, uint32_t value);
void attribute_put_u8(struct batch *batch, uint16_t type, uint8_t value);
/* What is appended between these two is inside of an attribute; the second gets what the first returned. */
size_t attribute_nest(struct batch *batch, uint16_t type);
void attribute_nest_end(struct batch *batch, size_t at);

/* Send BATCH and wait for all acknowledgements. Returns 0 or the first failure; later requests were tried all the same.
   When LINK_INDEX is not NULL, the index in the last RTM_NEWLINK answer is stored there. */
int netlink_transact(int fd, const struct batch *batch, int *link_index, struct berth_error *err);

/* -EINVAL when NAME cannot be the name of a link by its length. */
int check_name(const char *name, struct berth_error *err);

/* Append TEXT with its end. */
void attribute_put_text(struct batch *batch, uint16_t type, const char *text);

/* An rtnetlink socket in the namespace of the calling thread. */
int netlink_socket(struct berth_error *err);

/* Gives the new namespace NETNS, a descriptor, the settings of a sandbox and lo up; *NETLINK is a socket inside, -1 on failure. */
int settle_netns(int netns, int *netlink, struct berth_error *err);

/* The message that makes a veth pair, both ends down: NAME here in GROUP, PEER_NAME in the namespace PEER_NETNS with PEER_MAC, 6 octets or
   NULL for any; with -1 it is here, too, and in GROUP. */
void append_veth(struct batch *batch, const char *name, int group, int mtu, const char *peer_name, const uint8_t *peer_mac,
                 int peer_netns);

/* No link-local address on NAME: so no duplicate address detection, no multicast reports, nothing of IPv6 on a link that does not use
   it. The kernel takes this for links that exist only, and acts on it when they go up. */
int set_no_link_local(int netlink, const char *name, struct berth_error *err);

int netlink_send(int fd, const struct batch *batch, struct berth_error *err);

/* The next datagram; never longer than SIZE. */
ssize_t netlink_receive(int fd, uint8_t *buffer, size_t size, struct berth_error *err);

#endif
