/* Project quotas: what a folder takes with all below it. Source: Linux, Documentation/filesystems/quota.rst, quotactl_fd(2) (5.14), and
   struct fsxattr in linux/fs.h. XFS and ext4 both have the commands with an X. */
#include "berth.h"

#include <errno.h>
#include <linux/dqblk_xfs.h>
#include <linux/fs.h>
#include <linux/quota.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

#define BLOCK 512 /* of struct fs_disk_quota, whatever the file system's are */

static int
control(int command, int fd, int64_t project, void *data)
{
    return (int)syscall(SYS_quotactl_fd, fd, QCMD(command, PRJQUOTA), (uint32_t)project, data);
}

int
berth_quota_enforced(int fd)
{
    struct fs_quota_statv state = { .qs_version = FS_QSTATV_VERSION1 };
    int wanted = FS_QUOTA_PDQ_ACCT | FS_QUOTA_PDQ_ENFD;

    return control(Q_XGETQSTATV, fd, 0, &state) == 0 && (state.qs_flags & wanted) == wanted;
}

int64_t
berth_project_of(int dir, struct berth_error *err)
{
    struct fsxattr attributes;

    if (ioctl(dir, FS_IOC_FSGETXATTR, &attributes) < 0)
        return berth_error_set(err, errno, "read the project of a folder");
    return attributes.fsx_projid;
}

int
berth_project_set(int dir, int64_t project, struct berth_error *err)
{
    struct fsxattr attributes;

    if (ioctl(dir, FS_IOC_FSGETXATTR, &attributes) < 0)
        return berth_error_set(err, errno, "read the project of a folder");
    attributes.fsx_projid = (uint32_t)project;
    attributes.fsx_xflags |= FS_XFLAG_PROJINHERIT;
    if (ioctl(dir, FS_IOC_FSSETXATTR, &attributes) < 0)
        return berth_error_set(err, errno, "make a folder project %lld", (long long)project);
    return 0;
}

int
berth_project_in_use(int fd, int64_t project, struct berth_error *err)
{
    struct fs_disk_quota quota = { 0 };

    if (control(Q_XGETQUOTA, fd, project, &quota) < 0)
        return errno == ENOENT ? 0 : berth_error_set(err, errno, "read the quota of project %lld", (long long)project);
    return quota.d_icount || quota.d_bcount || quota.d_blk_hardlimit || quota.d_blk_softlimit || quota.d_ino_hardlimit
        || quota.d_ino_softlimit;
}

int
berth_project_limit(int fd, int64_t project, int64_t bytes, struct berth_error *err)
{
    struct fs_disk_quota quota = {
        .d_version = FS_DQUOT_VERSION,
        .d_flags = FS_PROJ_QUOTA,
        .d_id = (uint32_t)project,
        .d_fieldmask = FS_DQ_BHARD,
        .d_blk_hardlimit = (uint64_t)bytes / BLOCK + (bytes % BLOCK != 0),
    };

    if (control(Q_XSETQLIM, fd, project, &quota) < 0)
        return berth_error_set(err, errno, "limit project %lld to %lld bytes", (long long)project, (long long)bytes);
    return 0;
}
