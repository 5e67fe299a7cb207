package io.berth.runtime;

/**
 * When a shim starts its container again by itself.
 *
 * @param limit how many times at most after failures; 0 for any number
 */
public record RestartRule(When when, int limit) {

    /** {@code RESTART_*} of plan.h, in its order. */
    public enum When { NEVER, ON_FAILURE, ALWAYS }
}
