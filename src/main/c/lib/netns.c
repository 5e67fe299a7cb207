/* Network namespaces. A netlink socket belongs to the namespace it was made in, whatever thread uses it later: so a short-lived
   thread makes or enters the namespace and opens the socket. Of the JVM's threads only the one that opens its own kinds of sockets
   inside changes its namespace, by berth_netns_enter. */
#include "berth.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netlink.h"

/* What the short-lived thread is to do, and what it brings back. */
struct visit {
    int netns;     /* the namespace to enter; -1: make one */
    int is_new;    /* it gets the settings of a sandbox */
    const char *ipv6_link; /* the link that is to have IPv6; then no socket is made. NULL for none */
    int own_netns; /* out: descriptor of the namespace made */
    int netlink;   /* out */
    int result;
    struct berth_error *err;
};

/* Below /proc/sys/net, which shows the namespace of the thread that opens it. */
static int
write_setting(const char *path, const char *value, struct berth_error *err)
{
    cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? 0 : berth_error_set(err, errno, "open `%s`", path); /* a kernel without IPv6 */
    if (write(fd, value, strlen(value)) < 0)
        return berth_error_set(err, errno, "write `%s` to `%s`", value, path);
    return 0;
}

/* The defaults of Docker's sandboxes; and no IPv6 on interfaces that come later unless somebody asks for it. */
static int
settings_of_sandbox(struct berth_error *err)
{
    int result = write_setting("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0", err);

    if (result == 0)
        result = write_setting("/proc/sys/net/ipv4/ping_group_range", "0 2147483647", err);
    if (result == 0)
        result = write_setting("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1", err);
    return result;
}

static int
settings_for_ipv6(const char *link, struct berth_error *err)
{
    char path[96];
    int result;

    snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/accept_ra", link);
    result = write_setting(path, "0", err);
    if (result < 0)
        return result;
    snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", link);
    return write_setting(path, "0", err);
}

static int
visit_namespace(struct visit *visit)
{
    if (visit->netns >= 0) {
        visit->result = berth_netns_enter(visit->netns, visit->err);
        if (visit->result < 0)
            return visit->result;
    } else {
        if (unshare(CLONE_NEWNET) < 0)
            return berth_error_set(visit->err, errno, "unshare network namespace");
        visit->own_netns = berth_netns_current(visit->err);
        if (visit->own_netns < 0)
            return visit->own_netns;
    }
    if (visit->is_new) {
        visit->result = settings_of_sandbox(visit->err);
        if (visit->result < 0)
            return visit->result;
    }
    if (visit->ipv6_link)
        return settings_for_ipv6(visit->ipv6_link, visit->err);
    visit->netlink = netlink_socket(visit->err);
    if (visit->netlink < 0)
        return visit->netlink;
    return !visit->is_new ? 0 : berth_link_up(visit->netlink, 1, visit->err); /* lo is always the first */
}

static void *
visit_thread(void *argument)
{
    struct visit *visit = argument;

    visit->result = visit_namespace(visit);
    return NULL;
}

static int
run_visit(struct visit *visit)
{
    sigset_t all, before;
    pthread_t thread;
    int failure;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* the JVM's signals are not for this thread */
    failure = pthread_create(&thread, NULL, visit_thread, visit);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure != 0)
        return berth_error_set(visit->err, failure, "create thread");
    pthread_join(thread, NULL);
    return visit->result;
}

int
settle_netns(int netns, int *netlink, struct berth_error *err)
{
    struct visit visit = {.netns = netns, .is_new = 1, .own_netns = -1, .netlink = -1, .err = err};
    int result = run_visit(&visit);

    if (result < 0 && visit.netlink >= 0)
        close(visit.netlink);
    *netlink = visit.netlink;
    return result;
}

int
berth_netns_create(int *netlink, struct berth_error *err)
{
    struct visit visit = {.netns = -1, .is_new = 1, .own_netns = -1, .netlink = -1, .err = err};
    int result = run_visit(&visit);

    if (result < 0) {
        if (visit.netlink >= 0)
            close(visit.netlink);
        if (visit.own_netns >= 0)
            close(visit.own_netns);
        return result;
    }
    *netlink = visit.netlink;
    return visit.own_netns;
}

int
berth_netns_current(struct berth_error *err)
{
    int netns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

    return netns < 0 ? berth_error_set(err, errno, "open `/proc/thread-self/ns/net`") : netns;
}

int
berth_netns_enter(int netns, struct berth_error *err)
{
    return setns(netns, CLONE_NEWNET) < 0 ? berth_error_set(err, errno, "setns network namespace") : 0;
}

int
berth_ipv6_enable(int netns, const char *name, struct berth_error *err)
{
    struct visit visit = {.netns = netns, .ipv6_link = name, .own_netns = -1, .netlink = -1, .err = err};

    if (netns < 0 || strnlen(name, IFNAMSIZ) == IFNAMSIZ || strchr(name, '/'))
        return berth_error_set(err, EINVAL, "interface name `%.32s`", name);
    return run_visit(&visit);
}

int
berth_netlink_open(int netns, struct berth_error *err)
{
    struct visit visit = {.netns = netns, .own_netns = -1, .netlink = -1, .err = err};
    int result;

    if (netns < 0)
        return netlink_socket(err);
    result = run_visit(&visit);
    return result < 0 ? result : visit.netlink;
}
