/* User namespaces, and files whose ids are mapped into one. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../main/c/include/berth.h"

#define FIRST 231072
#define MAKER ((int64_t)FIRST << 32 | FIRST)

static struct berth_error err;

static int
make(int *netns)
{
    int netlink = -1;
    int userns = -1;

    check_needs_root();
    *netns = berth_netns_create_within(-1, "0 231072 1000\n1000 400000 1000\n", "0 231072 65536\n", &userns, &netlink, &err);
    if (*netns < 0)
        check_failed(__FILE__, __LINE__, "user namespace: %s (%d)", err.message, *netns);
    CHECK_NUMBER(1, berth_link_index(netlink, "lo", &err));
    close(netlink);
    return userns;
}

static ino_t
inode_of(int fd)
{
    struct stat st;

    CHECK_NUMBER(0, fstat(fd, &st));
    return st.st_ino;
}

TEST(network_namespace_belongs_to_the_user_namespace)
{
    int netns, owner, again, made = -1, netlink = -1;
    int userns = make(&netns);

    owner = ioctl(netns, NS_GET_USERNS);
    CHECK(owner >= 0);
    CHECK_NUMBER(inode_of(userns), inode_of(owner));
    again = berth_netns_create_within(userns, "", "", &made, &netlink, &err);
    CHECK(again >= 0);
    CHECK_NUMBER(-1, made);
    CHECK(inode_of(again) != inode_of(netns));
    CHECK_NUMBER(inode_of(userns), inode_of(ioctl(again, NS_GET_USERNS)));
    CHECK_NUMBER(1, prctl(PR_GET_DUMPABLE));
}

TEST(maps_that_are_none_leave_nothing)
{
    int made = -1, netlink = -1;
    int next = open("/", O_PATH);

    check_needs_root();
    close(next);
    CHECK_NUMBER(-EINVAL, berth_netns_create_within(-1, "0 0 nonsense\n", "0 231072 65536\n", &made, &netlink, &err));
    CHECK(strstr(err.message, "uid_map"));
    CHECK_NUMBER(-EINVAL, berth_netns_create_within(-1, "0 231072 65536\n", "0 231072 65536\n0 1 1\n", &made, &netlink, &err));
    CHECK(strstr(err.message, "gid_map"));
    CHECK_NUMBER(next, open("/", O_PATH));
}

/* The folders top, upper and work, mounted with mapped ids. */
static int
mount_mapped(int classic)
{
    char here[PATH_MAX], lower[PATH_MAX + 8], upper[PATH_MAX + 16], work[PATH_MAX + 16];
    int netns;
    int userns = make(&netns);
    int mount;

    check_own_mounts();
    CHECK(getcwd(here, sizeof(here)));
    CHECK_NUMBER(0, mkdir("top", 0755));
    CHECK_NUMBER(0, mkdir("active", 0755));
    CHECK_NUMBER(0, mkdir("active/upper", 0755));
    CHECK_NUMBER(0, mkdir("active/work", 0755));
    check_write_file("top/of_root", "x");
    check_write_file("top/of_other", "x");
    CHECK_NUMBER(0, chown("top/of_other", 1000, 7));
    snprintf(lower, sizeof(lower), "%s/top", here);
    snprintf(upper, sizeof(upper), "%s/active/upper", here);
    snprintf(work, sizeof(work), "%s/active/work", here);
    mount = berth_overlay_open_mapped(lower, 1, upper, work, classic, userns, MAKER, &err);
    if (mount == -EINVAL && strstr(err.message, "map the ids"))
        check_skip("this kernel maps no ids in a file system in memory");
    if (mount < 0)
        check_failed(__FILE__, __LINE__, "overlay: %s (%d)", err.message, mount);
    return mount;
}

static void
use_mapped(int classic)
{
    int mount = mount_mapped(classic);
    int64_t seen[14];
    struct stat st;

    CHECK_NUMBER(0, berth_statat(mount, "of_root", seen, &err));
    CHECK_NUMBER(FIRST, seen[4]);
    CHECK_NUMBER(0, berth_statat(mount, "of_other", seen, &err));
    CHECK_NUMBER(400000, seen[4]);
    CHECK_NUMBER(FIRST + 7, seen[5]);
    CHECK_NUMBER(-EOVERFLOW, berth_mkdirat(mount, "made", 0755, -1, &err)); /* the host's root is nobody there */
    CHECK_NUMBER(0, berth_mkdirat(mount, "made", 0755, MAKER, &err));
    CHECK_NUMBER(0, berth_chownat(mount, "of_root", 400001, FIRST + 9, &err));
    CHECK_NUMBER(0, berth_unlinkat(mount, "of_other", 0, &err));
    CHECK_NUMBER(0, stat("active/upper/made", &st));
    CHECK(st.st_uid == 0 && st.st_gid == 0);
    CHECK_NUMBER(0, stat("active/upper/of_root", &st));
    CHECK(st.st_uid == 1001 && st.st_gid == 9);
    CHECK_NUMBER(0, stat("active/upper/of_other", &st));
    CHECK(S_ISCHR(st.st_mode) && st.st_uid == 0);
    CHECK_NUMBER(0, berth_close(mount));
}

TEST(layers_keep_their_owners)
{
    use_mapped(0);
}

TEST(layers_keep_their_owners_on_older_kernels)
{
    use_mapped(1);
}

TEST(who_makes_a_file_is_said_each_time)
{
    int dir = open(".", O_RDONLY | O_DIRECTORY);
    struct stat st;

    check_needs_root();
    CHECK_NUMBER(0, chmod(".", 0700)); /* not his: it is made with the rights of the caller */
    CHECK_NUMBER(0, berth_mkdirat(dir, "folder", 0700, (int64_t)34 << 32 | 12, &err));
    CHECK_NUMBER(0, stat("folder", &st));
    CHECK(st.st_uid == 12 && st.st_gid == 34);
    CHECK_NUMBER(0, close(berth_open_beneath(dir, "file", O_CREAT | O_WRONLY, 0600, (int64_t)34 << 32 | 12, &err)));
    CHECK_NUMBER(0, stat("file", &st));
    CHECK(st.st_uid == 12 && st.st_gid == 34);
    CHECK_NUMBER(0, berth_symlinkat("file", dir, "link", (int64_t)34 << 32 | 12, &err));
    CHECK_NUMBER(0, berth_mkdirat(dir, "own", 0700, -1, &err));
    CHECK_NUMBER(0, stat("own", &st));
    CHECK_NUMBER(0, st.st_uid);
    CHECK_NUMBER(0, prctl(PR_GET_SECUREBITS));
    CHECK_NUMBER(1, prctl(PR_GET_DUMPABLE));
}

TEST(user_namespace_without_a_network_is_made)
{
    int fd = berth_userns_create("0 231072 1000\n", "0 231072 1000\n", &err);

    check_needs_root();
    CHECK(fd >= 0);
    CHECK_NUMBER(CLONE_NEWUSER, ioctl(fd, NS_GET_NSTYPE));
    close(fd);
    CHECK_NUMBER(-EINVAL, berth_userns_create("no map\n", "0 0 1\n", &err));
}
