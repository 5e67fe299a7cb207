/* What the files of libberth share: errors and owned descriptors. */
#ifndef BERTH_INTERNAL_H
#define BERTH_INTERNAL_H

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

/* Run WORK in a thread that has mounts and a folder of its own, gone with it; descriptors are shared. Gives its result. */
int run_with_own_mounts(int (*work)(void *argument, struct berth_error *err), void *argument, struct berth_error *err);

#endif
