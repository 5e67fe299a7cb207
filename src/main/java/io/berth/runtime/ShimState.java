package io.berth.runtime;

/** What a shim says of its container. */
public sealed interface ShimState {

    /** The shim is there, the container was not started yet. */
    record Created() implements ShimState {}

    record Running(Started started) implements ShimState {}

    /** It has ended and will be started again. */
    record Restarting(Started started, Exit exit) implements ShimState {}

    record Ended(Started started, Exit exit) implements ShimState {}
}
