/* Work among mounts of its own: a thread with a mount namespace and a folder of its own. What is mounted there is gone with it; what
   is to stay is copied as a detached mount. */
#include "internal.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mount.h>
#include <errno.h>

struct request {
    int (*work)(void *argument, struct berth_error *err);
    void *argument;
    int result;
    struct berth_error *err;
};

static int
work_apart(const struct request *request)
{
    if (unshare(CLONE_FS | CLONE_NEWNS) < 0)
        return berth_error_set(request->err, errno, "unshare mounts");
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return berth_error_set(request->err, errno, "make mounts private");
    return request->work(request->argument, request->err);
}

static void *
thread(void *argument)
{
    struct request *request = argument;

    request->result = work_apart(request);
    return NULL;
}

int
run_with_own_mounts(int (*work)(void *argument, struct berth_error *err), void *argument, struct berth_error *err)
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
