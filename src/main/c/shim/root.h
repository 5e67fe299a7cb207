/* Paths inside a container's root: every one is resolved by the kernel below the root's descriptor, and acted on by descriptor. What a
   link leads to and is missing is made inside the root, too: images link /var/run to a /run that is not there. */
#ifndef SHIM_ROOT_H
#define SHIM_ROOT_H

#include <stdbool.h>
#include <sys/types.h>

#include "fault.h"

/* openat2(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS) below ROOT. Returns a close-on-exec descriptor or -errno with *FAULT. */
int open_in_root(int root, const char *path, int flags, mode_t mode, struct fault *fault);

/* The folder that holds PATH's last part (made with its parents when missing, owned by root, 0755), and that part in NAME
   (NAME_MAX + 1 bytes). Returns an O_PATH descriptor. */
int open_parent(int root, const char *path, char *name, struct fault *fault);

/* An O_PATH descriptor of PATH, made as an empty file or folder when missing. */
int open_mount_target(int root, const char *path, bool folder, struct fault *fault);

/* Makes the folder PATH with its parents; those that are made belong to UID and GID and get MODE. */
int make_folders(int root, const char *path, mode_t mode, uid_t uid, gid_t gid, struct fault *fault);

#endif
