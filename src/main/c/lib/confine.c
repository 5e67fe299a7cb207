#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

int
berth_namespace_of(int process, const char *kind, struct berth_error *err)
{
    char path[16];
    int fd;
    int n = snprintf(path, sizeof(path), "ns/%s", kind);

    if (n < 0 || (size_t)n >= sizeof(path))
        return berth_error_set(err, ENAMETOOLONG, "namespace `%s`", kind);
    fd = openat(process, path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? berth_error_set(err, errno, "open `%s` of a process", path) : fd;
}

static int
bpf(int command, union bpf_attr *attr)
{
    return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

int
berth_device_filter_attach(const char *cgroup, const uint8_t *program, int instructions, struct berth_error *err)
{
    cleanup_close int folder = open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cleanup_close int filter = -1;
    union bpf_attr load = {
        .prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
        .insns = (uint64_t)(uintptr_t)program,
        .insn_cnt = (uint32_t)instructions,
        .license = (uint64_t)(uintptr_t) "MIT",
    };
    union bpf_attr attach = { .attach_type = BPF_CGROUP_DEVICE, .attach_flags = BPF_F_ALLOW_MULTI };

    if (folder < 0)
        return berth_error_set(err, errno, "open cgroup `%s`", cgroup);
    filter = bpf(BPF_PROG_LOAD, &load);
    if (filter < 0)
        return berth_error_set(err, errno, "load the device filter of `%s`", cgroup);
    attach.target_fd = (uint32_t)folder;
    attach.attach_bpf_fd = (uint32_t)filter;
    if (bpf(BPF_PROG_ATTACH, &attach) < 0)
        return berth_error_set(err, errno, "attach the device filter to `%s`", cgroup);
    return 0;
}
