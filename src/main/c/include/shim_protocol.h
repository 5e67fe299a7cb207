/* Frames on a shim's socket (AF_UNIX stream), little endian: u32 payload length, u16 type, u16 flags, u32 request id, payload.
   A malformed frame closes that connection only. Answers carry the id of their request; OUT, ERR, EOF, LOST and EXITED that of the
   ATTACH, EXEC or SUBSCRIBE they belong to.

   Records are what a shim writes down of its container, whether anybody listens or not: one line each, numbered without a gap, appended to
   the plan's record file before a subscriber is told of it. A file that has grown to 1 MiB becomes PATH.1. Who sees a gap in the numbers
   finds what is missing in the file. Times are ns since 1970; run 0 is the one that START has begun.
     N started TIME PID RUN
     N exited TIME CODE OOM RUN WAIT                 OOM 0 or 1; WAIT: ms until it is started again, or -
     N failed TIME OPERATION ERRNO RUN TEXT          it could not be started again, and will not be
     N cancelled TIME                                it waited to be started again, and will not be
     N probe TIME END CODE REASON STATUS STREAK CHANGED OUTPUT
                                                     REASON: PROBE_*; STATUS: HEALTH_* after it; CHANGED 0 or 1; OUTPUT: hexadecimal, or - */
#ifndef BERTH_SHIM_PROTOCOL_H
#define BERTH_SHIM_PROTOCOL_H

#include <stdint.h>

#define FRAME_HEADER 12u
#define FRAME_MAX_REQUEST (4u << 20)
#define FRAME_MAX_DATA (64u << 10)

enum frame_type {
    REQ_START = 1,       /* -> STARTED or ERROR; once */
    REQ_EXEC = 2,        /* plan; flags EXEC_* -> STARTED or ERROR; from then on the connection is the exec's session */
    REQ_SIGNAL = 3,      /* i32 signal, to init or to the exec of this session -> OK or ERROR */
    REQ_RESIZE = 4,      /* u16 rows, u16 columns -> OK or ERROR */
    REQ_ATTACH = 5,      /* flags ATTACH_* -> OK, then OUT/ERR, then EOF */
    REQ_STDIN = 6,       /* bytes; no answer */
    REQ_CLOSE_STDIN = 7, /* no answer; closes an init's input only when it was opened "once" */
    REQ_STATE = 8,       /* -> STATE */
    REQ_REAP = 9,        /* -> OK and the shim ends; ERROR(EBUSY) while the container runs */
    REQ_SUBSCRIBE = 10,  /* flags SUBSCRIBE_* -> OK */
    REQ_DETACH = 11,     /* ends this connection's ATTACH -> OK */
    REQ_STAY_ENDED = 12, /* once the run that is going on has ended, no other follows; ends a wait for one -> OK */
    REQ_POLICY = 13,     /* u8 RESTART_*, u32 how many times at most -> OK or ERROR */
    REQ_HOLD_PROBES = 14, /* flag 1: no probe is begun until flag 0 comes -> OK */

    ANS_OK = 64,
    ANS_ERROR = 65,   /* u32 operation of the plan (0: none), i32 errno, str text */
    ANS_STARTED = 66, /* i32 host pid, u64 CLOCK_REALTIME ns */
    ANS_OUT = 67,     /* bytes */
    ANS_ERR = 68,     /* bytes */
    ANS_EXITED = 69,  /* i32 exit code (128 + n for signals), u8 OOM killed, u64 CLOCK_REALTIME ns; after all output */
    ANS_STATE = 70,   /* u8 SHIM_*, i32 pid, i32 code, u8 OOM killed, u64 started ns, u64 finished ns */
    ANS_LOG_GREW = 71, /* at most one that is not yet read by the client */
    ANS_LOST = 72,    /* u64 bytes that were rotated away before this client read them */
    ANS_EOF = 73,     /* the output is over */
    ANS_OOM = 74,
    ANS_RECORD = 75,  /* a record's line without its end */
};

enum {
    EXEC_DETACHED = 1,
    EXEC_TIED = 2, /* the end of the connection hangs its terminal up; without it the exec lives on */
};
enum { ATTACH_STDIN = 1, ATTACH_STDOUT = 2, ATTACH_STDERR = 4, ATTACH_REPLAY = 8, ATTACH_STREAM = 16 };
enum { SUBSCRIBE_EXIT = 1, SUBSCRIBE_LOG = 2, SUBSCRIBE_OOM = 4, SUBSCRIBE_RECORDS = 8 };
enum { SHIM_CREATED = 0, SHIM_RUNNING = 1, SHIM_EXITED = 2, SHIM_RESTARTING = 3 };
enum { PROBE_ENDED = 0, PROBE_TIMED_OUT = 1, PROBE_NOT_STARTED = 2 };
enum { HEALTH_STARTING = 0, HEALTH_HEALTHY = 1, HEALTH_UNHEALTHY = 2 };

#endif
