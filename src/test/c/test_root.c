/* Paths inside a container's root. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../main/c/shim/root.h"

static struct fault fault;

/* root/, with a way out by each kind of link; outside/secret is what must not be reached. */
static int
make_root(void)
{
    char outside[PATH_MAX + 16];

    CHECK(getcwd(outside, PATH_MAX));
    strcat(outside, "/outside");
    CHECK_NUMBER(0, mkdir("outside", 0755));
    check_write_file("outside/secret", "secret");
    CHECK_NUMBER(0, mkdir("root", 0755));
    CHECK_NUMBER(0, mkdir("root/etc", 0755));
    check_write_file("root/etc/file", "inside");
    CHECK_NUMBER(0, symlink(outside, "root/absolute"));
    CHECK_NUMBER(0, symlink("../outside", "root/relative"));
    CHECK_NUMBER(0, symlink("/etc", "root/inside"));
    CHECK_NUMBER(0, symlink("nowhere", "root/dangling"));
    CHECK_NUMBER(0, symlink("loop", "root/loop"));
    CHECK_NUMBER(0, symlink("/proc/self/root", "root/magic"));
    return open("root", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

TEST(links_are_followed_inside_the_root)
{
    int root = make_root();
    char text[16] = "";
    int fd = open_in_root(root, "/inside/file", O_RDONLY, 0, &fault);

    CHECK(fd >= 0);
    CHECK_NUMBER(6, read(fd, text, sizeof(text)));
    CHECK_TEXT("inside", text);
    close(fd);
    CHECK_NUMBER(-ENOENT, open_in_root(root, "/absolute/secret", O_RDONLY, 0, &fault));
    CHECK_NUMBER(-ENOENT, open_in_root(root, "/relative/secret", O_RDONLY, 0, &fault));
    CHECK_NUMBER(-ENOENT, open_in_root(root, "/../../outside/secret", O_RDONLY, 0, &fault));
    CHECK_NUMBER(-ELOOP, open_in_root(root, "/loop", O_RDONLY, 0, &fault));
    CHECK(strstr(fault.text, "/loop"));
}

TEST(dots_stay_at_the_root)
{
    int root = make_root();
    int fd = open_in_root(root, "/../../../etc/file", O_RDONLY, 0, &fault);

    CHECK(fd >= 0);
}

TEST(magic_links_are_refused)
{
    int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

    CHECK_NUMBER(-ELOOP, open_in_root(root, "/proc/self/root/etc", O_PATH, 0, &fault));
    CHECK_NUMBER(-ELOOP, open_in_root(root, "/proc/self/cwd", O_PATH, 0, &fault));
}

TEST(parents_are_made_inside)
{
    int root = make_root();
    char name[NAME_MAX + 1];
    struct stat st;
    int fd;

    check_needs_root(); /* folders are given to root */
    fd = open_parent(root, "/a/b/c/file", name, &fault);
    CHECK(fd >= 0);
    CHECK_TEXT("file", name);
    CHECK_NUMBER(0, stat("root/a/b/c", &st));
    CHECK_NUMBER(0755, st.st_mode & 07777);
    fd = open_parent(root, "/inside/new/file/", name, &fault);
    CHECK(fd >= 0);
    CHECK_TEXT("file", name);
    CHECK_NUMBER(0, stat("root/etc/new", &st));
    CHECK(open_parent(root, "/dangling/below/file", name, &fault) >= 0);
    CHECK(stat("root/nowhere/below", &st) == 0 && S_ISDIR(st.st_mode));
    CHECK_NUMBER(-ENOTDIR, open_parent(root, "/etc/file/below/file", name, &fault));
    CHECK_NUMBER(-ELOOP, open_parent(root, "/loop/file", name, &fault));
}

TEST(what_links_lead_to_is_made_inside)
{
    int root = make_root();
    struct stat st;

    check_needs_root();
    CHECK_NUMBER(0, mkdir("root/var", 0755));
    CHECK_NUMBER(0, symlink("/run", "root/var/run"));
    CHECK_NUMBER(0, symlink("../run/lock", "root/var/lock"));
    CHECK_NUMBER(0, symlink("../var/../run/resolve/stub", "root/etc/resolv.conf"));
    CHECK_NUMBER(0, symlink("../../../../outside/made", "root/var/out"));
    CHECK_NUMBER(0, symlink("b", "root/a"));
    CHECK_NUMBER(0, symlink("c/d", "root/b"));
    CHECK(open_mount_target(root, "/var/lock/app", true, &fault) >= 0);
    CHECK(stat("root/run/lock/app", &st) == 0 && S_ISDIR(st.st_mode));
    CHECK(open_mount_target(root, "/var/run/app.sock", false, &fault) >= 0);
    CHECK(stat("root/run/app.sock", &st) == 0 && S_ISREG(st.st_mode));
    CHECK(open_mount_target(root, "/etc/resolv.conf", false, &fault) >= 0);
    CHECK(stat("root/run/resolve/stub", &st) == 0 && S_ISREG(st.st_mode));
    CHECK(open_mount_target(root, "/var/out", false, &fault) >= 0);
    CHECK(open_mount_target(root, "/var/out2/../out/x", true, &fault) < 0);
    CHECK(stat("root/outside/made", &st) == 0 && S_ISREG(st.st_mode));
    CHECK(access("outside/made", F_OK) < 0);
    CHECK(open_mount_target(root, "/a/e", false, &fault) >= 0);
    CHECK(stat("root/c/d/e", &st) == 0 && S_ISREG(st.st_mode));
    CHECK(lstat("root/a", &st) == 0 && S_ISLNK(st.st_mode)); /* the links stay */
}

TEST(names_that_are_none_are_refused)
{
    static const char *const paths[] = { "", "/", "//", ".", "..", "/a/.", "/a/..", "/a/../" };
    int root = make_root();
    char name[NAME_MAX + 1];
    char longest[NAME_MAX + 3];

    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        CHECK_NUMBER(-EINVAL, open_parent(root, paths[i], name, &fault));
    memset(longest, 'x', sizeof(longest));
    longest[0] = '/';
    longest[NAME_MAX + 2] = '\0';
    CHECK_NUMBER(-EINVAL, open_parent(root, longest, name, &fault));
    longest[NAME_MAX + 1] = '\0';
    CHECK(open_parent(root, longest, name, &fault) >= 0);
}

TEST(mount_targets_are_made_as_asked)
{
    int root = make_root();
    struct stat st;

    check_needs_root();
    CHECK(open_mount_target(root, "/x/folder", true, &fault) >= 0);
    CHECK(stat("root/x/folder", &st) == 0 && S_ISDIR(st.st_mode));
    CHECK(open_mount_target(root, "/y/file", false, &fault) >= 0);
    CHECK(stat("root/y/file", &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0);
    CHECK(open_mount_target(root, "/etc/file", false, &fault) >= 0); /* what is there stays */
    CHECK(stat("root/etc/file", &st) == 0 && st.st_size == 6);
    CHECK(open_mount_target(root, "/absolute/made", true, &fault) >= 0);
    CHECK(access("outside/made", F_OK) < 0);
    CHECK(open_mount_target(root, "/dangling", false, &fault) >= 0);
    CHECK(stat("root/nowhere", &st) == 0 && S_ISREG(st.st_mode));
    CHECK_NUMBER(-ELOOP, open_mount_target(root, "/loop", false, &fault));
    CHECK_NUMBER(-ELOOP, open_mount_target(root, "/loop/made", true, &fault));
}

TEST(folders_that_are_made_get_owner_and_mode)
{
    int root = make_root();
    struct stat st;

    check_needs_root();
    CHECK_NUMBER(0, make_folders(root, "/srv/app/", 01770, 12, 34, &fault));
    CHECK_NUMBER(0, stat("root/srv/app", &st));
    CHECK_NUMBER(01770, st.st_mode & 07777);
    CHECK(st.st_uid == 12 && st.st_gid == 34);
    CHECK_NUMBER(0, make_folders(root, "/srv/app", 0700, 0, 0, &fault)); /* as it is */
    CHECK(stat("root/srv/app", &st) == 0 && st.st_uid == 12);
    CHECK_NUMBER(-ENOTDIR, make_folders(root, "/etc/file/below", 0755, 0, 0, &fault));
}
