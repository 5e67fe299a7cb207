/* What a UTS namespace holds: no file of /proc tells it of another process. */
#include "internal.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/utsname.h>

struct asked {
    int namespace;
    struct utsname names;
};

static int
look(void *argument, struct berth_error *err)
{
    struct asked *asked = argument;

    if (setns(asked->namespace, CLONE_NEWUTS) < 0)
        return berth_error_set(err, errno, "enter the UTS namespace");
    if (uname(&asked->names) < 0)
        return berth_error_set(err, errno, "uname");
    return 0;
}

int
berth_uts_host_name(int namespace, char *name, int size, struct berth_error *err)
{
    struct asked asked = {.namespace = namespace};
    int result = run_apart(look, &asked, err);

    if (result < 0)
        return result;
    if (strlen(asked.names.nodename) >= (size_t)size)
        return berth_error_set(err, ERANGE, "host name of %zu bytes", strlen(asked.names.nodename));
    strcpy(name, asked.names.nodename);
    return 0;
}
