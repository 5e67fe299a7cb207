package io.berth.log;

/** The stream that output came by. With a terminal everything is {@link #STDOUT}. */
public enum StreamKind {
    STDOUT, STDERR
}
