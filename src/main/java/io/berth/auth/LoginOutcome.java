package io.berth.auth;

import java.time.Duration;

/** What came of an attempt to log in. */
public sealed interface LoginOutcome {

    record Welcome(Account account) implements LoginOutcome {}

    /** Unknown name or wrong password; the two are not told apart. */
    record Refused() implements LoginOutcome {}

    /** Too many wrong passwords: nothing was checked, and nothing will be before this time has passed. */
    record Wait(Duration left) implements LoginOutcome {}
}
