/* The state of one shim and what its files offer each other. One thread, and one more that writes the log when it must not be waited
   for; nothing here blocks but the start of a process, and writing to the disk. */
#ifndef SHIM_SHIM_H
#define SHIM_SHIM_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../include/shim_protocol.h"
#include "plan.h"

#define STREAMS 2 /* 0 stdout, 1 stderr */
#define CHUNK_BYTES (32u << 10)
#define LINE_BYTES (16u << 10) /* where Docker cuts a long line */
#define LOG_GENERATIONS 64 /* of which it is known where they began */

/* Something in the epoll set. */
struct source {
    int fd;
    uint32_t events; /* as registered; 0: not in the set */
    void (*ready)(struct source *source, uint32_t events);
};

/* ---- logfile.c: the file of the log, PATH, and those that were rotated: PATH.1, PATH.2 ..., the younger the higher. A number stays
   with its content; PATH.<number>.gz is what PATH.<number> was before it was compressed. ---- */

#define LOG_COMPRESSED ".gz"
#define LOG_UNFINISHED ".tmp" /* the end of names of files that are not whole */
/* The longest entry: each byte as "\udcXX", and the rest of the object. */
#define LOG_ENTRY_BYTES (LINE_BYTES * 6 + LOG_MAX_EXTRA + 1024)
/* What is written at once. */
#define LOG_BATCH_BYTES (128u << 10)
/* What is read at once: more than the longest line. */
#define LOG_LINE_BYTES (128u << 10)

/* One file of the log: how many bytes of each stream this shim had logged when the file was begun. */
struct log_generation {
    uint64_t base[STREAMS];
    uint64_t start; /* offset in the file of our first entry */
};

/* Where the log ends, or ended. */
struct log_end {
    uint32_t generation;      /* files that this shim has rotated */
    uint64_t size;            /* of the file */
    uint64_t logged[STREAMS]; /* bytes of output that come before */
};

struct log_file {
    const char *path;   /* NULL: no log is kept */
    uint64_t max_bytes; /* 0: it is not rotated */
    uint32_t max_files; /* that are kept, this one included */
    int fd;
    bool dirty;         /* written and not synced */
    pthread_mutex_t names; /* held while files change their names, the disk waited for: who must not wait only tries it */
    pthread_mutex_t lock;  /* of what follows; nothing is waited for while it is held */
    uint64_t oldest;    /* number of the oldest rotated file; NEXT when there is none */
    uint64_t next;      /* number that this file gets when it is rotated */
    struct log_end end;
    struct log_generation generations[LOG_GENERATIONS];
};

/* Opens it, with what earlier shims have left. Returns 0, or -errno with *FAULT. The plan outlives the file. */
int log_file_open(struct log_file *file, const struct plan *plan, struct fault *fault);
/* Whether it is rotated when LENGTH more bytes are in it. */
bool log_file_fills(const struct log_file *file, size_t length);
/* Appends LENGTH bytes of whole entries, or nothing at all (false): what they say of the streams is OUTPUT bytes. Rotates. One thread. */
bool log_file_append(struct log_file *file, const char *bytes, size_t length, const uint64_t output[STREAMS]);
void log_file_sync(struct log_file *file);
struct log_end log_file_end(struct log_file *file);
/* False: it is too long ago that it was begun. */
bool log_file_generation(struct log_file *file, uint32_t generation, struct log_generation *entry);
/* Rotated files are those from *OLDEST on, below *NEXT. */
void log_file_numbers(struct log_file *file, uint64_t *oldest, uint64_t *next);
/* Opens the file of GENERATION for reading. Returns the descriptor, -ENOENT when it is rotated away, -EAGAIN while it is renamed. */
int log_file_open_generation(struct log_file *file, uint32_t generation, bool *compressed);
/* The path of a rotated file of LOG, with END behind it. Returns 0 or -ENAMETOOLONG. */
int log_rotated_path(const char *log, uint64_t number, const char *end, char *path, size_t size);

/* ---- logbuffer.c: entries that wait for the disk (mode=non-blocking) ---- */

struct log_entry {
    const char *text;
    size_t length;
    uint64_t output; /* bytes of the stream that it stands for */
    int stream;
};

/* A ring, filled by the shim's thread and emptied into the file by one of its own. */
struct log_buffer {
    struct log_file *file;
    uint8_t *bytes;  /* NULL: there is no buffer, entries are written at once */
    size_t capacity;
    size_t limit;    /* bytes that may wait */
    struct source progress; /* eventfd: something was written */
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    size_t start, used, high;
    uint64_t written[STREAMS]; /* bytes of output before the first entry */
    bool dirty; /* written and not synced */
    bool sync;  /* asked for as soon as all is written */
};

/* Entries from the first that waits on. Good until the next log_buffer_add. */
struct log_cursor {
    size_t at, left;
    uint64_t output[STREAMS]; /* bytes of output before */
};

int log_buffer_start(struct log_buffer *buffer, struct log_file *file, uint64_t limit, struct fault *fault);
/* Takes all of the entries, or none (false) when there is no room. */
bool log_buffer_add(struct log_buffer *buffer, const struct log_entry *entries, int count);
struct log_cursor log_buffer_entries(struct log_buffer *buffer);
/* The next entry, its text copied to TEXT, which has room for LOG_ENTRY_BYTES; false at the end. */
bool log_buffer_next(const struct log_buffer *buffer, struct log_cursor *cursor, struct log_entry *entry, char *text);
/* Takes note of what was told by PROGRESS. */
void log_buffer_progressed(struct log_buffer *buffer);
/* Whether all that was added is on the disk; when not, it is synced once it is written, and told by PROGRESS. */
bool log_buffer_settle(struct log_buffer *buffer);

/* ---- log.c: output becomes entries of json-file, and where in the log each byte of a stream stands ---- */

struct log {
    const char *extra;
    uint64_t seen[STREAMS];
    uint64_t logged[STREAMS]; /* of `seen`: what is in an entry, or lost; the rest is the unfinished line */
    uint64_t lost[STREAMS];   /* of `logged`: what is in no entry, which the log does not say yet */
    size_t partial[STREAMS];  /* bytes of the unfinished line, in `line` */
    uint8_t line[STREAMS][LINE_BYTES];
    struct log_file file;
    struct log_buffer buffer;
};

int log_open(struct log *log, const struct plan *plan, struct fault *fault);
/* Takes what a stream wrote; whole lines and pieces of LINE_BYTES become entries. What the disk, or the buffer before it, does not take
   is lost, and an entry in its place says so as soon as there is room for it. */
void log_take(struct log *log, int stream, const uint8_t *bytes, size_t length);
/* The stream is over: the unfinished line becomes an entry. */
void log_end(struct log *log, int stream);
/* Says what was lost, when there is room for it. */
void log_tell_lost(struct log *log);
/* Written and not synced: log_sync is due. Never with a buffer, which is synced by who empties it. */
bool log_wants_sync(const struct log *log);
void log_sync(struct log *log);
/* Whether all entries are on the disk. Without a buffer they are synced now. */
bool log_settle(struct log *log);

/* ---- unzip.c: what was compressed, for a client that has fallen behind ---- */

struct unzip;

/* FD stays the caller's and open until unzip_end. NULL: out of memory. */
struct unzip *unzip_begin(int fd);
void unzip_end(struct unzip *unzip);
/* Copies at most SIZE bytes of the content from OFFSET on, which never goes back. Returns how many; 0 at the end, or where it is damaged. */
size_t unzip_read(struct unzip *unzip, uint64_t offset, uint8_t *bytes, size_t size);

/* ---- compress.c: rotated files are compressed by a process of their own ---- */

/* Starts it when a file has been rotated and none runs. */
void compress_go_on(void);
/* The shim's last act: compresses what is left, and gives back all else before. */
void compress_rest(void);
/* Compresses the rotated files of LOG from OLDEST on, below NEXT. Returns 0 or -errno. */
int compress_files(const char *log, uint64_t oldest, uint64_t next);

/* ---- record.c: what is written down for an engine that is away ---- */

struct records {
    const char *path; /* NULL: none are kept */
    int fd;
    uint64_t size;
    uint64_t next; /* number of the next record */
};

int records_open(struct records *records, const struct plan *plan, struct fault *fault);
/* A look at the health may be left to the file when a client has no room for it; an end is on the disk before anybody is told. */
enum record_weight { RECORD_LOOK, RECORD_CHANGE, RECORD_END };

/* Appends a record of this form after its number, and tells who has subscribed. */
void record(enum record_weight weight, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- client.c: connections ---- */

struct session;

/* Where an attached client stands in the output. */
struct reading {
    bool active;
    uint32_t id;      /* of its ATTACH */
    unsigned flags;   /* ATTACH_* */
    bool behind;      /* served from the log file, not yet live */
    uint64_t sent[STREAMS];
    int file;         /* of `generation`; -1 when none is open */
    struct unzip *unzip; /* of `file`, when it is compressed */
    uint32_t generation;
    uint64_t offset;  /* of the next entry in the file */
    uint64_t at[STREAMS]; /* position of that entry */
    bool ended;       /* EOF was sent */
    bool bounded;     /* its run is over: it gets what came before `until`, and then the end */
    uint64_t until[STREAMS];
};

struct client {
    struct source source;
    struct client *next;
    uint8_t *in;
    size_t in_used, in_size;
    uint8_t *out;
    size_t out_start, out_used, out_size;
    bool input_full;   /* a STDIN frame waits until the process reads */
    size_t stdin_done; /* bytes of that frame that it has read */
    unsigned subscribed;
    uint32_t subscription;
    bool log_told; /* LOG_GREW is on its way */
    struct reading reading;
    struct session *session;
    uint32_t session_request;
    bool gone;
};

void client_accept(struct source *listener, uint32_t events);
/* Makes the zeroed CLIENT the one at the other end of the socket FD, and puts it among the shim's. */
void client_adopt(struct client *client, int fd);
/* Queues a frame whatever the queue holds: for answers, which are small. */
void client_answer(struct client *client, uint16_t type, uint32_t id, const void *payload, size_t length);
void client_ok(struct client *client, uint32_t id);
void client_fault(struct client *client, uint32_t id, const struct fault *fault);
/* Queues a data frame when there is room for it; false: nothing was queued. */
bool client_data(struct client *client, uint16_t type, uint32_t id, const void *payload, size_t length);
/* Queues a record; a look that finds no room is not told: its number is missing then, and it is in the file. */
void client_record(struct client *client, enum record_weight weight, const char *line, size_t length);
/* Sends what is queued and decides which events the connection waits for. */
void client_flush(struct client *client);
/* Reads on in the input that waited for the process. */
void client_resume_input(struct client *client);
/* Frees the connections that are gone; called between rounds of events. */
void clients_sweep(void);

/* ---- request.c: what the frames ask ---- */

/* Runs one request; false: it waits (its frame is offered again later). */
bool request_run(struct client *client, uint16_t type, uint16_t flags, uint32_t id, const uint8_t *payload, size_t length);
/* Tells the end of a run to who has subscribed, and ends the output of who is attached. */
void announce_exit(void);

/* ---- cgroup.c ---- */

/* Kills what is in the plan's cgroups and below them, as far as it is in reach at this moment. */
void cgroup_kill(const struct plan *plan);

/* ---- run.c: runs of the container, one after the other ---- */

enum run_step { RUN_NONE = 0, RUN_GOES_ON, RUN_WAITS, RUN_OVER };

struct run {
    enum run_step step;
    uint32_t number;    /* how often it was started again */
    uint8_t policy;     /* RESTART_* */
    uint32_t limit;
    bool stays_ended;   /* a stop was asked for: there will be no other run */
    uint64_t wait;      /* ms, before the last restart; 0 before the first */
    uint64_t due;       /* CLOCK_MONOTONIC ms of the next start */
    uint64_t began;     /* CLOCK_MONOTONIC ms */
};

/* The first run. Returns 0, or -errno with *FAULT: there will be no other then. */
int run_begin(struct fault *fault);
/* Settles the end of a run whose process has exited and whose output is over or has had its time; begins the next when it is due. */
void run_go_on(void);
void run_stay_ended(void);
/* CLOCK_MONOTONIC ms at which run_go_on has something to do; UINT64_MAX: never. */
uint64_t run_due(void);

/* ---- health.c: probes ---- */

/* A run begins: its health is not known. */
void health_begin(void);
/* The run is over: a probe that is under way has no result. */
void health_end(void);
/* While HELD, no probe begins, and none runs out of time. */
void health_hold(bool held);
/* Begins and ends probes whose time has come. */
void health_go_on(void);
uint64_t health_due(void);

/* ---- process.c: processes of the container ---- */

struct process {
    struct source exit;          /* pidfd */
    struct source output[STREAMS]; /* pipe or pty; fd -1 when over */
    struct source input;         /* -1 when closed */
    pid_t pid;
    int held_mounts;             /* its mount namespace when it is the container's first process, else -1: process_let_mounts_go */
    bool tty;
    bool started;
    bool exited;
    int code;
    uint64_t started_at, finished_at;
    uint64_t mounts;             /* number of the mount namespace that it alone has, with what it starts; 0: it is in the container's */
    uint64_t grace_ends; /* CLOCK_MONOTONIC ms until which output is waited for after the exit */
};

/* Clones a process for PLAN and waits until it has executed its program or failed. EXEC: it joins the running container. */
int process_start(struct process *process, const struct plan *plan, bool exec, struct fault *fault);
/* The next child is born in the shim's own pid namespace. Returns 0 or -errno. */
int process_choose_own_namespace(void);
/* The part of it between the standard streams' making and their use: launch.c. STDIO are the process' ends; SYNC is a socket pair, of which the
   process' end is closed and -1 afterwards. *MASTER is the pty when the plan asks for one. */
int process_launch(struct process *process, const struct plan *plan, bool exec, const int stdio[3], int sync[2], int *master, struct fault *fault);
int process_signal(const struct process *process, int signal_number);
int process_resize(struct process *process, uint16_t rows, uint16_t columns);
/* Collects the exit status. */
void process_collect(struct process *process);
/* Writes BYTES to standard input; returns how many it took, 0 when it is full. What comes after its end is dropped. */
ssize_t process_write(struct process *process, const uint8_t *bytes, size_t length);
void process_close_input(struct process *process);
/* Its output is at its end, or it has exited and had its time to end it. */
bool process_output_over(const struct process *process);
void process_close_output(struct process *process);
/* A mount namespace ends with the last who has it, and with it its mounts; when the root is among them the kernel then writes all that is not yet on
   the disk of the writable layer (fs/overlayfs/super.c, ovl_sync_fs), whosever it is. The shim holds it, so that nobody waits for that before
   the end of the process is told, and lets it go here, afterwards. */
void process_let_mounts_go(struct process *process);
/* Kills it with all that it has started and that stays in its process group. */
void process_kill_group(const struct process *process);

/* ---- leftover.c ---- */

/* Kills all processes in the mount namespace with this number. Returns how many were alive. */
int kill_in_mounts(uint64_t mounts);

/* ---- session.c: execs ---- */

void session_start(struct client *client, uint16_t flags, uint32_t id, const uint8_t *plan, size_t length);
struct process *session_process(struct session *session);
void session_client_gone(struct session *session);
/* The client has read on: output that waited may flow. */
void session_resume(struct session *session);
void sessions_sweep(void);
/* An exec has exited and its output is not over. */
bool sessions_wait(void);
void session_started(struct client *client, uint32_t id, const struct process *process);
void session_exited(struct client *client, uint32_t id, const struct process *process);

/* ---- output.c: the container's output and who reads it ---- */

void output_ready(struct source *source, uint32_t events);
void attach_begin(struct client *client, uint16_t flags, uint32_t id);
/* The client is gone. */
void attach_end(struct client *client);
/* The log's buffer has been emptied further. */
void log_progressed(struct source *source, uint32_t events);
/* Sends an attached client what it has not seen, as far as its queue takes it. */
void attach_serve(struct client *client);
void output_finished(void);

/* ---- the shim ---- */

struct shim {
    int epoll;
    struct plan plan;
    struct source listener;
    struct log log;
    struct process init;
    struct client *clients;
    struct records records;
    struct run run;
    bool start_failed;
    bool exit_announced; /* of the last run */
    bool reaped;
    bool oom;
    uint64_t oom_before;
};

extern struct shim shim;

uint64_t now_realtime(void);
/* Adds, changes or removes (EVENTS 0) the source in the epoll set. */
void watch(struct source *source, uint32_t events);
void unwatch_and_close(struct source *source);
uint64_t now_monotonic_ms(void);
/* How often the container's cgroup had a process killed for want of memory; 0 when the kernel does not say. */
uint64_t oom_kills(const struct plan *plan);
/* Kills the shim when the plan names STEP (FAIL_*): what follows must not depend on it. */
void fail_at(uint32_t step);

/* The steps at which a test may have the shim killed. */
enum {
    FAIL_BEFORE_START = 1,
    FAIL_AFTER_START,
    FAIL_AFTER_EXIT,
    FAIL_BEFORE_RECORD,
    FAIL_AFTER_RECORD,
    FAIL_BEFORE_RESTART,
    FAIL_AFTER_RESTART,
    FAIL_IN_PROBE,
};

#endif
