/* Threads that go from one network namespace to another. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../main/c/include/berth.h"

static struct berth_error err;

static ino_t
inode_of(int fd)
{
    struct stat st;

    CHECK_NUMBER(0, fstat(fd, &st));
    return st.st_ino;
}

static void *
enter(void *argument)
{
    int netns = *(int *)argument;
    int here;

    CHECK_NUMBER(0, berth_netns_enter(netns, &err));
    here = berth_netns_current(&err);
    CHECK(here >= 0);
    CHECK(inode_of(here) == inode_of(netns));
    CHECK_NUMBER(FD_CLOEXEC, fcntl(here, F_GETFD));
    return NULL;
}

TEST(a_thread_enters_a_namespace_alone)
{
    int netlink = -1, home, here, netns;
    pthread_t thread;

    check_needs_root();
    home = berth_netns_current(&err);
    CHECK(home >= 0);
    netns = berth_netns_create(&netlink, &err);
    CHECK(netns >= 0);
    CHECK(inode_of(home) != inode_of(netns));
    CHECK_NUMBER(0, pthread_create(&thread, NULL, enter, &netns));
    CHECK_NUMBER(0, pthread_join(thread, NULL));
    here = berth_netns_current(&err);
    CHECK(inode_of(home) == inode_of(here));
}

TEST(a_script_is_carried_out_inside_with_any_number_of_descriptors)
{
    struct rlimit limit = {4096, 4096};
    int netlink = -1, netns, result;
    int last = 0;

    check_needs_root();
    netns = berth_netns_create(&netlink, &err);
    CHECK(netns >= 0);
    CHECK_NUMBER(0, setrlimit(RLIMIT_NOFILE, &limit));
    while (last < 2000)
        CHECK((last = dup(netns)) >= 0);
    result = berth_nftables_run(netns, "table ip of_test", &err);
    if (result == -ENOENT)
        check_skip("libnftables is not installed");
    CHECK_NUMBER(0, result);
    CHECK_NUMBER(0, berth_nftables_run(netns, "delete table ip of_test", &err));
    CHECK_NUMBER(-EOPNOTSUPP, berth_nftables_run(netns, "delete table ip of_test", &err));
    CHECK(strstr(err.message, "of_test"));
    CHECK(fcntl(last, F_GETFD) >= 0); /* nothing of this process was closed */
}

TEST(what_is_no_network_namespace_is_not_entered)
{
    int other = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);

    check_needs_root();
    CHECK_NUMBER(-EINVAL, berth_netns_enter(other, &err));
    CHECK(strstr(err.message, "setns"));
    CHECK_NUMBER(-EBADF, berth_netns_enter(-1, &err));
}
