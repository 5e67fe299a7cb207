/* What the files of libberth share: errors and owned descriptors. */
#ifndef BERTH_INTERNAL_H
#define BERTH_INTERNAL_H

#include <sys/socket.h>

#include "berth.h"

/* Fill *ERR (may be NULL) and return -CODE. */
int berth_error_set(struct berth_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define cleanup_close __attribute__((cleanup(close_owned_fd)))

void close_owned_fd(const int *fd);

/* Take the descriptor out of its scope. */
static inline int
steal_fd(int *fd)
{
    int stolen = *fd;

    *fd = -1;
    return stolen;
}

/* OUT for the ADDRESS of LENGTH octets, 4 or 16. Its length; 0 for another LENGTH. */
socklen_t socket_address(struct sockaddr_storage *out, const uint8_t *address, int length, int port);

/* MAKER (see berth.h; -1: nothing happens) makes the files that this thread makes, with its rights, until make_as_before. The kernel forgets
   at such a change that the process may dump core; it is told again. */
int make_as(int64_t maker, struct berth_error *err);
void make_as_before(const int64_t *maker);

#define cleanup_maker __attribute__((cleanup(make_as_before)))

/* Run WORK in a thread of its own, which may enter other namespaces; descriptors are shared. Gives its result. */
int run_apart(int (*work)(void *argument, struct berth_error *err), void *argument, struct berth_error *err);

/* Run WORK in a thread that has mounts and a folder of its own, gone with it; descriptors are shared. Gives its result. */
int run_with_own_mounts(int (*work)(void *argument, struct berth_error *err), void *argument, struct berth_error *err);

#endif
