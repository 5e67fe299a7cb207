package io.berth.runtime;

/** Numbers of {@code src/main/c/include/shim_protocol.h}. */
final class Frames {

    static final int HEADER = 12;

    static final int START = 1;
    static final int EXEC = 2;
    static final int SIGNAL = 3;
    static final int RESIZE = 4;
    static final int ATTACH = 5;
    static final int STDIN = 6;
    static final int CLOSE_STDIN = 7;
    static final int STATE = 8;
    static final int REAP = 9;
    static final int SUBSCRIBE = 10;
    static final int STAY_ENDED = 12;
    static final int POLICY = 13;
    static final int HOLD_PROBES = 14;

    static final int OK = 64;
    static final int ERROR = 65;
    static final int STARTED = 66;
    static final int OUT = 67;
    static final int ERR = 68;
    static final int EXITED = 69;
    static final int STATE_ANSWER = 70;
    static final int LOG_GREW = 71;
    static final int LOST = 72;
    static final int EOF = 73;
    static final int RECORD = 75;

    static final int SUBSCRIBE_EXIT = 1;
    static final int SUBSCRIBE_LOG = 2;
    static final int SUBSCRIBE_RECORDS = 8;
    static final int EXEC_DETACHED = 1;
    static final int EXEC_TIED = 2;

    private Frames() {}
}
