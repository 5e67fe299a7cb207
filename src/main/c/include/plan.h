/* The launch plan: a list of small operations that libberth's caller makes and the shim runs.
   Little endian, nothing padded.
     header: u32 magic, u32 version, u32 total length in bytes (header included), u32 number of operations
     operation: u16 code, u16 flags (0), u32 payload length, payload
     string: u32 length, the bytes, one NUL that is not counted; no NUL inside
     list: u32 count, then that many strings
   A decoder refuses what is longer or shorter than it says, an unknown code, a NUL inside a string, and anything above the limits. */
#ifndef BERTH_PLAN_H
#define BERTH_PLAN_H

#include <stdint.h>

#define PLAN_MAGIC 0x48545242u /* "BRTH" */
#define PLAN_VERSION 1u
#define PLAN_MAX_BYTES (4u << 20)
#define PLAN_MAX_OPS 262144u
#define PLAN_MAX_LIST 65536u
#define LOG_MAX_EXTRA 4096u

/* Descriptors given at spawn are counted from 0: number 0 is descriptor 4 of the shim (3 is the plan). */
#define PLAN_FIRST_FD 4
#define PLAN_NO_FD 0xffffffffu

enum plan_op {
    /* Part A: settings of the shim, wherever they stand in the plan. */
    OP_ID = 1,            /* str id of the container or exec */
    OP_LISTEN = 2,        /* u32 fd: listening AF_UNIX stream socket */
    OP_LOG = 3,           /* str path, u64 max_bytes (0: never rotated), u32 max_files (>= 1), u8 kind (LOG_*), str extra: "" or JSON
                             members with a leading comma that are added to each entry, at most LOG_MAX_EXTRA bytes, u8 1: rotated files
                             are compressed, u64 bytes of entries that may wait for the disk (0: output waits until they are written) */
    OP_RECORDS = 4,       /* str path, u64 number of the first record: see shim_protocol.h */
    OP_CGROUP_TASKS = 5,  /* str path of the `tasks` of a cgroup v1, which the process joins by itself; may be repeated */
    OP_OOM_FILE = 6,      /* str path, u8 cgroup version: memory.oom_control or memory.events */
    OP_NAMESPACES = 7,    /* u64 CLONE_NEW* to make */
    OP_JOIN_NS = 8,       /* u32 fd, u64 its CLONE_NEW*. A user namespace (then OP_MAPPED stands in the plan, too) owns all others that
                             are made; sources are taken with the rights that the shim has, all else is done with those within it */
    OP_STDIO = 9,         /* u8 tty, u8 stdin open, u8 stdin once, u16 rows, u16 columns */
    OP_OOM_SCORE_ADJ = 10, /* i32 */
    OP_HOLD = 11,         /* u32 fd that stays open as long as the shim lives */
    OP_CGROUP_INTO = 12,  /* str path of a cgroup v2 folder: the process is born in it */
    OP_RESTART = 13,      /* u8 policy (RESTART_*), u32 how many times at most (0: any number) */
    OP_HEALTH = 14,       /* u64 interval, u64 timeout, u64 start period, u64 start interval (all ms), u32 failures in a row that make it
                             unhealthy (>= 1), u32 length and the plan of a probe, which is an exec's */
    OP_FAILPOINT = 15,    /* u32 number of the step at which the shim kills itself; for tests */
    OP_MAPPED = 16,       /* u32 uid, u32 gid of root in the container's user namespace, u32 uid of the program's user: as the host has
                             them */

    /* Part B: run by the process that becomes the container's init (or the exec), in the plan's order. Targets are paths inside the
       root, resolved with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS; folders that are missing on the way are made. */
    OP_ROOT_OVERLAY = 20, /* list lower folders topmost first, str upper, str work, u64 flags (OVERLAY_*) */
    OP_ROOT_BIND = 21,    /* str folder of the host */
    OP_MOUNT_FS = 22,     /* str type, str target, u64 MOUNT_ATTR_*, str options "key=value,flag" */
    OP_MOUNT_BIND = 23,   /* str source on the host, str path beneath it or "", str target, u64 MOUNT_ATTR_* to set, u8 BIND_* flags,
                             u32 propagation MS_*, u8 kind BIND_*, u32 fd: a user namespace whose ids the owners of the source's files
                             are, not of those mounted below, or PLAN_NO_FD. What is beneath is resolved with RESOLVE_BENEATH */
    OP_DEVICE = 24,       /* str target, u32 type and mode, u32 major, u32 minor, u32 uid, u32 gid: of the host */
    OP_SYMLINK = 25,      /* str content, str path */
    OP_MASK = 26,         /* str path: hidden by an empty read-only folder or the null device; nothing where nothing is */
    OP_READONLY = 27,     /* str path: mounted read-only; nothing where nothing is */
    OP_ROOT_READONLY = 28,
    OP_PIVOT = 29,        /* pivot_root; the old root is detached */
    OP_HOSTNAME = 30,     /* str */
    OP_DOMAINNAME = 31,   /* str */
    OP_SYSCTL = 32,       /* str key with dots, and slashes for dots within its parts, str value */
    OP_RLIMIT = 33,       /* u32 resource, u64 soft, u64 hard */
    OP_MKDIR = 34,        /* str path, u32 mode, u32 uid, u32 gid; an existing folder is left as it is */
    OP_CONSOLE = 35,      /* the pty's slave becomes /dev/console */
    OP_KEYRING = 36,      /* a session keyring of its own */
    OP_BOUNDING = 37,     /* u64 capabilities that stay in the bounding set */
    OP_USER = 38,         /* u32 uid, u32 gid, u32 n, u32 supplementary gids[n] */
    OP_CAPS = 39,         /* u64 effective, u64 permitted, u64 inheritable, u64 ambient */
    OP_NO_NEW_PRIVS = 40,
    OP_SECCOMP = 41,      /* u32 SECCOMP_FILTER_FLAG_*, u32 n, n times struct sock_filter */
    OP_CWD = 42,          /* str */
    OP_EXEC = 43,         /* list argv (at least one), list env; argv[0] without a slash is searched in env's PATH */
    OP_ENTER_CGROUP_NS = 44, /* unshare(CLONE_NEWCGROUP), after the cgroups were joined */
    OP_APPARMOR = 45,     /* str profile for the program, str folder of the host in which a process finds its own attributes */
    OP_TOOLS = 46,        /* str folder of the host, str name: of an exec, before its privileges. It gets mounts of its own, a copy of the
                             container's, in which /dev/NAME is the folder, read-only; what is in /dev beside it is the container's.
                             All that is in these mounts is killed when the exec ends */
};

enum { LOG_NONE = 0, LOG_JSON_FILE = 1 };
enum { RESTART_NEVER = 0, RESTART_ON_FAILURE = 1, RESTART_ALWAYS = 2 };
enum { BIND_DIR = 0, BIND_FILE = 1, BIND_LIKE_SOURCE = 2 };
enum {
    BIND_RECURSIVE = 1,
    BIND_TOP_ATTRIBUTES = 2, /* attributes are not set on what is mounted below */
    BIND_MAPPED = 4,         /* owners of the source's files, not of those mounted below, are those in the user namespace that is joined */
};
enum { BIND_PRIVATE = 0x40000, BIND_SLAVE = 0x80000, BIND_SHARED = 0x100000 }; /* MS_* of mount(2) */
enum {
    OVERLAY_VOLATILE = 1,
    OVERLAY_CLASSIC = 2, /* as on kernels before 6.5 */
    OVERLAY_MAPPED = 4,  /* as BIND_MAPPED, for all layers; upper and work folder are in one folder */
};

#endif
