/* Writes the inputs that the fuzz targets start from: make_corpus FOLDER (corpus/, which has plans/ and frames/). */
#include "plan_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../main/c/include/shim_protocol.h"

static const char *folder;

static void
write_input(const char *name, const uint8_t *bytes, size_t length)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "we");
    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void
write_plan(const char *name, struct builder *plan)
{
    builder_end(plan);
    write_input(name, plan->bytes, plan->used);
    builder_free(plan);
}

static void
write_plans(void)
{
    const char *const argv[] = { "sleep", "1000", NULL };
    const char *const env[] = { "PATH=/usr/bin:/bin", "HOME=/root", "TERM=xterm", NULL };
    struct builder plan = builder_begin();

    write_plan("plans/empty", &plan);
    plan = builder_begin();
    put_everything(&plan);
    write_plan("plans/everything", &plan);
    plan = builder_begin();
    put_settings(&plan, 0x6c020000, "/var/lib/berth/containers/0123/0123-json.log", "/var/lib/berth/containers/0123/exit.json");
    builder_op(&plan, OP_EXEC);
    put_list(&plan, argv);
    put_list(&plan, env);
    write_plan("plans/run", &plan);
    plan = builder_begin(); /* an exec */
    builder_op(&plan, OP_USER);
    put_u32(&plan, 1000);
    put_u32(&plan, 1000);
    put_u32(&plan, 0);
    builder_op(&plan, OP_CWD);
    put_string(&plan, "/home/user");
    put_shell(&plan, "echo \"$HOME\"");
    write_plan("plans/exec", &plan);
}

/* Frames of a client, after the byte that picks the shim's state. */
struct stream {
    uint8_t bytes[4096];
    size_t used;
};

static void
put_frame(struct stream *stream, uint16_t type, uint16_t flags, uint32_t id, const void *payload, uint32_t length)
{
    uint8_t *at = stream->bytes + stream->used;

    memcpy(at, &length, 4);
    memcpy(at + 4, &type, 2);
    memcpy(at + 6, &flags, 2);
    memcpy(at + 8, &id, 4);
    if (length)
        memcpy(at + FRAME_HEADER, payload, length);
    stream->used += FRAME_HEADER + length;
}

static void
write_frames(const char *name, uint8_t state)
{
    struct stream stream = { .bytes = { state }, .used = 1 };
    struct builder plan = builder_begin();
    uint16_t size[2] = { 24, 80 };
    int32_t number = 15;
    uint8_t policy[5] = { RESTART_ON_FAILURE, 3 };

    put_shell(&plan, "exit 0");
    builder_end(&plan);
    put_frame(&stream, REQ_SUBSCRIBE, SUBSCRIBE_EXIT | SUBSCRIBE_LOG | SUBSCRIBE_OOM | SUBSCRIBE_RECORDS, 1, NULL, 0);
    put_frame(&stream, REQ_ATTACH, ATTACH_STDIN | ATTACH_STDOUT | ATTACH_STDERR | ATTACH_REPLAY | ATTACH_STREAM, 2, NULL, 0);
    put_frame(&stream, REQ_RESIZE, 0, 3, size, sizeof(size));
    put_frame(&stream, REQ_START, 0, 4, NULL, 0);
    put_frame(&stream, REQ_STDIN, 0, 5, "input\n", 6);
    put_frame(&stream, REQ_EXEC, EXEC_DETACHED, 6, plan.bytes, (uint32_t)plan.used);
    put_frame(&stream, REQ_SIGNAL, 0, 7, &number, sizeof(number));
    put_frame(&stream, REQ_STATE, 0, 8, NULL, 0);
    put_frame(&stream, REQ_CLOSE_STDIN, 0, 9, NULL, 0);
    put_frame(&stream, REQ_DETACH, 0, 10, NULL, 0);
    put_frame(&stream, REQ_POLICY, 0, 12, policy, sizeof(policy));
    put_frame(&stream, REQ_HOLD_PROBES, 1, 13, NULL, 0);
    put_frame(&stream, REQ_STAY_ENDED, 0, 14, NULL, 0);
    put_frame(&stream, REQ_REAP, 0, 11, NULL, 0);
    write_input(name, stream.bytes, stream.used);
    builder_free(&plan);
}

int
main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    folder = argv[1];
    write_plans();
    write_frames("frames/not-started", 0);
    write_frames("frames/ended", 1);
    write_frames("frames/ends", 2);
    write_frames("frames/waits-for-a-restart", 13);
    write_frames("frames/ends-input-once", 5);
    return 0;
}
