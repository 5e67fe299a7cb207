/* Failures of the shim: which operation, which errno, what was tried. */
#ifndef SHIM_FAULT_H
#define SHIM_FAULT_H

#include <stdint.h>

struct fault {
    uint32_t op; /* enum plan_op; 0 for none */
    int code;    /* errno */
    char text[256];
};

/* Fill *FAULT and return -CODE; the operation is set by who runs it. */
int fault_set(struct fault *fault, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define cleanup_close __attribute__((cleanup(close_owned_fd)))

void close_owned_fd(const int *fd);
int steal_fd(int *fd);

#endif
