#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../main/c/include/berth.h"

static struct berth_error err;
static char here[PATH_MAX];

static void
make_layers(void)
{
    static const char *const folders[] = { "top", "bottom", "upper", "work" };

    check_own_mounts();
    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
        CHECK_NUMBER(0, mkdir(folders[i], 0755));
    check_write_file("top/same", "top");
    check_write_file("bottom/same", "bottom");
    check_write_file("bottom/below", "below");
    CHECK(getcwd(here, sizeof(here)));
}

/* Only its descriptor leads to it. */
static void
expect_no_mount_with(const char *text)
{
    char *mounts = check_read_file("/proc/self/mountinfo");
    char wanted[PATH_MAX + 16];

    snprintf(wanted, sizeof(wanted), "%s%s", here, text);
    CHECK(mounts && !strstr(mounts, wanted));
    free(mounts);
}

static void
try_overlay(int classic)
{
    char lower[2 * PATH_MAX + 16], upper[PATH_MAX + 8], work[PATH_MAX + 8];
    char text[16] = "";
    int first, mount, fd;

    make_layers();
    first = snprintf(lower, sizeof(lower), "%s/top", here) + 1;
    snprintf(lower + first, sizeof(lower) - (size_t)first, "%s/bottom", here);
    snprintf(upper, sizeof(upper), "%s/upper", here);
    snprintf(work, sizeof(work), "%s/work", here);
    mount = berth_overlay_open(lower, 2, upper, work, classic, &err);
    if (mount < 0)
        check_failed(__FILE__, __LINE__, "overlay: %s (%d)", err.message, mount);
    fd = berth_open_beneath(mount, "same", O_RDONLY, 0, -1, &err);
    CHECK(fd >= 0);
    CHECK_NUMBER(3, read(fd, text, sizeof(text)));
    CHECK_TEXT("top", text);
    close(fd);
    fd = berth_open_beneath(mount, "new", O_WRONLY | O_CREAT, 0644, -1, &err);
    CHECK(fd >= 0);
    close(fd);
    CHECK_NUMBER(0, access("upper/new", F_OK));
    CHECK_NUMBER(0, berth_unlinkat(mount, "below", 0, &err));
    CHECK_NUMBER(0, access("bottom/below", F_OK));
    expect_no_mount_with("/upper,");
    CHECK_NUMBER(0, berth_close(mount));
    mount = berth_overlay_open(lower, 2, NULL, NULL, classic, &err);
    CHECK(mount >= 0);
    CHECK_NUMBER(-EROFS, berth_open_beneath(mount, "new", O_WRONLY | O_CREAT, 0644, -1, &err));
    CHECK_NUMBER(0, berth_close(mount));
}

TEST(overlay_is_mounted_nowhere)
{
    try_overlay(0);
}

TEST(overlay_of_older_kernels)
{
    try_overlay(1);
}

TEST(overlay_without_its_layers_is_refused)
{
    make_layers();
    CHECK(berth_overlay_open("/nowhere/a\0/nowhere/b", 2, NULL, NULL, 0, &err) < 0);
    CHECK(strstr(err.message, "overlay"));
    CHECK(berth_overlay_open("/nowhere/a\0/nowhere/b", 2, NULL, NULL, 1, &err) < 0);
}

/* An overlay of the layers with the folder "host", or what is BENEATH it, bound to TARGET in it. */
static int
assemble_beneath(const char *beneath, const char *target, int flags)
{
    char lower[2 * PATH_MAX + 16], binds[3 * PATH_MAX + 16];
    int first = snprintf(lower, sizeof(lower), "%s/top", here) + 1;
    int overlay, tree;

    snprintf(lower + first, sizeof(lower) - (size_t)first, "%s/bottom", here);
    overlay = berth_overlay_open(lower, 2, NULL, NULL, 0, &err);
    CHECK(overlay >= 0);
    first = snprintf(binds, sizeof(binds), "%s/host", here) + 1;
    first += snprintf(binds + first, sizeof(binds) - (size_t)first, "%s", beneath) + 1;
    snprintf(binds + first, sizeof(binds) - (size_t)first, "%s", target);
    tree = berth_tree_assemble(overlay, here, binds, &flags, 1, &err);
    CHECK_NUMBER(0, berth_close(overlay));
    return tree;
}

static int
assemble(const char *target, int flags)
{
    return assemble_beneath("", target, flags);
}

TEST(folders_of_the_host_are_mounted_in_a_tree)
{
    int tree;

    make_layers();
    CHECK_NUMBER(0, mkdir("host", 0755));
    check_write_file("host/own", "own");
    CHECK_NUMBER(0, mkdir("bottom/run", 0755));
    CHECK_NUMBER(0, mkdir("bottom/run/data", 0755));
    CHECK_NUMBER(0, symlink("/run", "bottom/var"));
    CHECK_NUMBER(0, symlink("../../../../../..", "bottom/up"));
    tree = assemble("/var/data", BERTH_BIND_READ_ONLY);
    CHECK(tree >= 0);
    CHECK_NUMBER(0, berth_close(berth_open_beneath(tree, "run/data/own", O_RDONLY, 0, -1, &err)));
    CHECK_NUMBER(-EROFS, berth_mkdirat(tree, "run/data/made", 0755, -1, &err));
    CHECK_NUMBER(0, berth_close(tree));
    tree = assemble("/up/run/data", 0);
    CHECK(tree >= 0);
    CHECK_NUMBER(0, berth_mkdirat(tree, "run/data/made", 0755, -1, &err));
    CHECK_NUMBER(0, access("host/made", F_OK));
    CHECK(access("bottom/run/data/made", F_OK) < 0);
    CHECK_NUMBER(0, berth_close(tree));
    CHECK_NUMBER(-ENOENT, assemble("/missing/data", 0));
    tree = assemble_beneath("made", "/run/data", BERTH_BIND_TOP_ONLY);
    CHECK(tree >= 0);
    CHECK_NUMBER(0, berth_mkdirat(tree, "run/data/within", 0755, -1, &err));
    CHECK_NUMBER(0, access("host/made/within", F_OK));
    CHECK_NUMBER(0, berth_close(tree));
    CHECK_NUMBER(0, symlink("..", "host/out"));
    CHECK_NUMBER(-ENOENT, assemble_beneath("out/bottom", "/run/data", 0));
    CHECK_NUMBER(-ENOENT, assemble_beneath("../bottom", "/run/data", 0));
    expect_no_mount_with("/host");
}
