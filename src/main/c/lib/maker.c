#include "internal.h"

#include <errno.h>
#include <linux/securebits.h>
#include <stdbool.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <unistd.h>

/* By system calls, which concern this thread alone. setfsuid(2) tells no failure: it is asked what stands afterwards. */
static int
set_file_ids(uid_t uid, gid_t gid)
{
    setfsgid(gid);
    setfsuid(uid);
    return (gid_t)setfsgid((gid_t)-1) == gid && (uid_t)setfsuid((uid_t)-1) == uid ? 0 : -EPERM;
}

/* Whether a change of ids leaves the capabilities as they are. */
static int
keep_capabilities(bool on)
{
    int bits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);

    if (bits < 0)
        return -1;
    bits = on ? bits | SECBIT_NO_SETUID_FIXUP : bits & ~SECBIT_NO_SETUID_FIXUP;
    return prctl(PR_SET_SECUREBITS, (unsigned long)bits, 0, 0, 0);
}

int
make_as(int64_t maker, struct berth_error *err)
{
    if (maker < 0)
        return 0;
    /* Otherwise the change would take the capabilities for files away: capabilities(7). */
    if (keep_capabilities(true) < 0)
        return berth_error_set(err, errno, "keep capabilities");
    if (set_file_ids((uid_t)(maker & UINT32_MAX), (gid_t)(maker >> 32)) < 0)
        return berth_error_set(err, EPERM, "make files as user %lld", (long long)(maker & UINT32_MAX));
    return 0;
}

void
make_as_before(const int64_t *maker)
{
    int before = errno;

    if (*maker < 0)
        return;
    set_file_ids(geteuid(), getegid());
    keep_capabilities(false);
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    errno = before;
}
