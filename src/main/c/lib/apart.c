/* Work in a thread of its own, which may leave the namespaces of all others: what it has done to itself is gone with it. */
#include "internal.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mount.h>

struct request {
    int (*work)(void *argument, struct berth_error *err);
    void *argument;
    int result;
    struct berth_error *err;
};

static void *
thread(void *argument)
{
    struct request *request = argument;

    request->result = request->work(request->argument, request->err);
    return NULL;
}

int
run_apart(int (*work)(void *argument, struct berth_error *err), void *argument, struct berth_error *err)
{
    struct request request = {.work = work, .argument = argument, .err = err};
    sigset_t all, before;
    pthread_t id;
    int failure;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* the JVM's signals are not for this thread */
    failure = pthread_create(&id, NULL, thread, &request);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure != 0)
        return berth_error_set(err, failure, "create thread");
    pthread_join(id, NULL);
    return request.result;
}

static int
among_own_mounts(void *argument, struct berth_error *err)
{
    const struct request *inner = argument;

    if (unshare(CLONE_FS | CLONE_NEWNS) < 0)
        return berth_error_set(err, errno, "unshare mounts");
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return berth_error_set(err, errno, "make mounts private");
    return inner->work(inner->argument, err);
}

int
run_with_own_mounts(int (*work)(void *argument, struct berth_error *err), void *argument, struct berth_error *err)
{
    struct request inner = {.work = work, .argument = argument};

    return run_apart(among_own_mounts, &inner, err);
}
