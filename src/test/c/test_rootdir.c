/* libberth's calls on files below a directory: what they find, and what they refuse. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../main/c/include/berth.h"

static struct berth_error err;

static int
make_tree(void)
{
    CHECK_NUMBER(0, mkdir("outside", 0755));
    check_write_file("outside/secret", "secret");
    CHECK_NUMBER(0, mkdir("tree", 0755));
    CHECK_NUMBER(0, mkdir("tree/dir", 0755));
    check_write_file("tree/dir/file", "inside");
    CHECK_NUMBER(0, symlink("../outside", "tree/out"));
    CHECK_NUMBER(0, symlink("dir", "tree/link"));
    CHECK_NUMBER(0, symlink("file", "tree/dir/filelink"));
    CHECK_NUMBER(0, symlink("/dir", "tree/rooted"));
    return berth_open_root("tree", &err);
}

TEST(beneath_no_link_is_followed)
{
    int dir = make_tree();
    int fd = berth_open_beneath(dir, "dir/file", O_RDONLY, 0, -1, &err);

    CHECK(fd >= 0);
    CHECK_NUMBER(0, berth_close(fd));
    CHECK_NUMBER(-ELOOP, berth_open_beneath(dir, "link/file", O_RDONLY, 0, -1, &err));
    CHECK(strstr(err.message, "link/file"));
    CHECK_NUMBER(-ELOOP, berth_open_beneath(dir, "dir/filelink", O_RDONLY, 0, -1, &err));
    CHECK_NUMBER(-ELOOP, berth_open_beneath(dir, "out/secret", O_RDONLY, 0, -1, &err));
}

TEST(beneath_nothing_leads_out)
{
    int dir = make_tree();

    CHECK_NUMBER(-EXDEV, berth_open_beneath(dir, "../outside/secret", O_RDONLY, 0, -1, &err));
    CHECK_NUMBER(-EXDEV, berth_open_beneath(dir, "dir/../../outside/secret", O_RDONLY, 0, -1, &err));
    CHECK_NUMBER(-EXDEV, berth_open_beneath(dir, "/etc/passwd", O_RDONLY, 0, -1, &err));
    CHECK_NUMBER(-EXDEV, berth_mkdirat(dir, "../made", 0755, -1, &err));
    CHECK_NUMBER(-EXDEV, berth_mkdirat(dir, "/made", 0755, -1, &err));
    CHECK_NUMBER(-EXDEV, berth_unlinkat(dir, "../outside/secret", 0, &err));
    CHECK_NUMBER(-ELOOP, berth_unlinkat(dir, "out/secret", 0, &err));
    CHECK_NUMBER(-ELOOP, berth_mkdirat(dir, "out/made", 0755, -1, &err));
    CHECK_NUMBER(-ELOOP, berth_symlinkat("x", dir, "out/made", -1, &err));
    CHECK_NUMBER(-ELOOP, berth_linkat(dir, "dir/file", dir, "out/made", -1, &err));
    CHECK_NUMBER(-ELOOP, berth_linkat(dir, "out/secret", dir, "dir/made", -1, &err));
    CHECK_NUMBER(-ELOOP, berth_renameat(dir, "out/secret", dir, "dir/made", 0, -1, &err));
    CHECK_NUMBER(-ELOOP, berth_renameat(dir, "dir/file", dir, "out/made", 0, -1, &err));
    CHECK_NUMBER(-ELOOP, berth_mknodat(dir, "out/made", S_IFIFO | 0600, 0, 0, -1, &err));
    CHECK_NUMBER(-ELOOP, berth_chmodat(dir, "out/secret", 0777, &err));
    CHECK_NUMBER(-ELOOP, berth_chownat(dir, "out/secret", 1, 1, &err));
    CHECK_NUMBER(0, access("outside/secret", F_OK));
    CHECK(access("outside/made", F_OK) < 0);
}

TEST(names_at_the_end_are_checked)
{
    static const char *const paths[] = { "", "..", "dir/..", "dir/" };
    int dir = make_tree();

    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        CHECK(berth_mkdirat(dir, paths[i], 0755, -1, &err) < 0);
}

TEST(the_last_part_is_the_thing_itself)
{
    int dir = make_tree();
    int64_t stat_of_link[14];
    struct stat st;
    char target[64] = "";

    CHECK_NUMBER(0, berth_statat(dir, "out", stat_of_link, &err));
    CHECK(S_ISLNK(stat_of_link[2]));
    CHECK_NUMBER(strlen("../outside"), berth_readlinkat(dir, "out", target, sizeof(target), &err));
    CHECK_TEXT("../outside", target);
    CHECK(berth_chmodat(dir, "dir/filelink", 0600, &err) < 0);
    CHECK(stat("tree/dir/file", &st) == 0 && (st.st_mode & 07777) != 0600);
    CHECK_NUMBER(0, berth_unlinkat(dir, "out", 0, &err));
    CHECK_NUMBER(0, access("outside/secret", F_OK));
}

TEST(in_root_links_are_resolved_as_inside)
{
    int dir = make_tree();
    int fd = berth_open_in_root(dir, "rooted/filelink", O_RDONLY, 0, &err);
    char text[16] = "";

    CHECK(fd >= 0);
    CHECK_NUMBER(6, berth_read(fd, (uint8_t *)text, sizeof(text), &err));
    CHECK_TEXT("inside", text);
    CHECK_NUMBER(0, berth_close(fd));
    CHECK_NUMBER(-ENOENT, berth_open_in_root(dir, "out/secret", O_RDONLY, 0, &err));
    CHECK_NUMBER(-ENOENT, berth_open_in_root(dir, "/../../outside/secret", O_RDONLY, 0, &err));
}

TEST(modes_are_exact_whatever_the_umask)
{
    int dir = make_tree();
    struct stat st;

    umask(077);
    CHECK_NUMBER(0, berth_mkdirat(dir, "open", 01777, -1, &err));
    CHECK(stat("tree/open", &st) == 0);
    CHECK_NUMBER(01777, st.st_mode & 07777);
    CHECK_NUMBER(0, berth_mknodat(dir, "open/fifo", S_IFIFO | 0666, 0, 0, -1, &err));
    CHECK(stat("tree/open/fifo", &st) == 0 && S_ISFIFO(st.st_mode));
    CHECK_NUMBER(0666, st.st_mode & 07777);
    CHECK_NUMBER(-EEXIST, berth_mkdirat(dir, "open", 0700, -1, &err));
    CHECK(stat("tree/open", &st) == 0);
    CHECK_NUMBER(01777, st.st_mode & 07777);
}

TEST(directories_are_listed_whole)
{
    static uint8_t packed[4096];
    int dir = make_tree();
    int seen = 0;
    int fd;

    CHECK_NUMBER(0, berth_mkdirat(dir, "many", 0755, -1, &err));
    for (int i = 0; i < 500; i++) {
        char name[64];

        snprintf(name, sizeof(name), "many/file-with-a-longer-name-%d", i);
        fd = berth_open_beneath(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0644, -1, &err);
        CHECK(fd >= 0);
        berth_close(fd);
    }
    fd = berth_open_beneath(dir, "many", O_RDONLY | O_DIRECTORY, 0, -1, &err);
    for (int64_t used; (used = berth_read_dir(fd, packed, sizeof(packed), &err)) != 0;) {
        CHECK(used > 0);
        for (int64_t at = 0; at < used; seen++) {
            uint16_t length;

            memcpy(&length, packed + at + 9, 2);
            CHECK(length > 2 && at + 11 + length <= used);
            at += 11 + length;
        }
    }
    CHECK_NUMBER(500, seen);
}

TEST(errors_may_be_ignored)
{
    int dir = make_tree();

    CHECK_NUMBER(-ENOENT, berth_open_beneath(dir, "nothing", O_RDONLY, 0, -1, NULL));
}

TEST(only_regular_files_are_opened_for_reading)
{
    int dir = make_tree();
    int fd = berth_open_regular(dir, "dir/file", &err);

    CHECK(fd >= 0);
    CHECK_NUMBER(0, berth_close(fd));
    CHECK_NUMBER(0, mkfifo("tree/pipe", 0600));
    CHECK_NUMBER(-EINVAL, berth_open_regular(dir, "pipe", &err));
    CHECK_NUMBER(-EINVAL, berth_open_regular(dir, "dir", &err));
    CHECK_NUMBER(-EINVAL, berth_open_regular(dir, "dir/filelink", &err));
    CHECK_NUMBER(-ELOOP, berth_open_regular(dir, "out/secret", &err));
}
