/* The firewall of another network namespace. libnftables waits for the kernel with select(2), and ends the process when its socket has a
   number above 1023: a process with many descriptors cannot use it. So it works in a thread that has none but the first three. */
#include "berth.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

struct nft_ctx;

/* The C surface of libnftables, as in libnftables(3). */
struct nftables {
    struct nft_ctx *(*ctx_new)(uint32_t flags);
    void (*ctx_free)(struct nft_ctx *context);
    int (*ctx_buffer_output)(struct nft_ctx *context);
    int (*ctx_buffer_error)(struct nft_ctx *context);
    const char *(*ctx_get_error_buffer)(struct nft_ctx *context);
    int (*run_cmd_from_buffer)(struct nft_ctx *context, const char *commands);
};

struct script {
    int netns;
    const char *text;
    int result;
    struct berth_error *err;
};

static int
find(void *library, const char *name, void *out, struct berth_error *err)
{
    void *symbol = dlsym(library, name);

    if (symbol == NULL)
        return berth_error_set(err, ENOENT, "find `%s` in libnftables", name);
    *(void **)out = symbol;
    return 0;
}

static int
load(struct nftables *nft, struct berth_error *err)
{
    void *library = dlopen("libnftables.so.1", RTLD_NOW | RTLD_NODELETE);

    if (library == NULL)
        return berth_error_set(err, ENOENT, "load libnftables");
    if (find(library, "nft_ctx_new", &nft->ctx_new, err) < 0 || find(library, "nft_ctx_free", &nft->ctx_free, err) < 0
        || find(library, "nft_ctx_buffer_output", &nft->ctx_buffer_output, err) < 0
        || find(library, "nft_ctx_buffer_error", &nft->ctx_buffer_error, err) < 0
        || find(library, "nft_ctx_get_error_buffer", &nft->ctx_get_error_buffer, err) < 0
        || find(library, "nft_run_cmd_from_buffer", &nft->run_cmd_from_buffer, err) < 0)
        return -ENOENT;
    return 0;
}

static int
run(const struct script *script)
{
    struct nftables nft = {0};
    struct nft_ctx *context;
    int result = berth_netns_enter(script->netns, script->err);

    if (result < 0)
        return result;
    /* A table of descriptors of its own; what is not copied is not held open by it for a moment too long either. */
    if (syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_UNSHARE) < 0)
        return berth_error_set(script->err, errno, "close_range");
    result = load(&nft, script->err);
    if (result < 0)
        return result;
    context = nft.ctx_new(0);
    if (context == NULL)
        return berth_error_set(script->err, EIO, "open a libnftables context");
    nft.ctx_buffer_output(context);
    nft.ctx_buffer_error(context);
    if (nft.run_cmd_from_buffer(context, script->text) != 0)
        result = berth_error_set(script->err, EOPNOTSUPP, "nftables: %s", nft.ctx_get_error_buffer(context));
    nft.ctx_free(context);
    return result;
}

static void *
thread(void *argument)
{
    struct script *script = argument;

    script->result = run(script);
    return NULL;
}

int
berth_nftables_run(int netns, const char *text, struct berth_error *err)
{
    struct script script = {.netns = netns, .text = text, .err = err};
    sigset_t all, before;
    pthread_t id;
    int failure;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* the JVM's signals are not for this thread */
    failure = pthread_create(&id, NULL, thread, &script);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure != 0)
        return berth_error_set(err, failure, "create thread");
    pthread_join(id, NULL);
    return script.result;
}
