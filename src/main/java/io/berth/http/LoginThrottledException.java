package io.berth.http;

import java.time.Duration;
import org.springframework.security.core.AuthenticationException;

/** Too many wrong passwords from one place: the next try must wait. */
final class LoginThrottledException extends AuthenticationException {

    private final Duration left;

    LoginThrottledException(Duration left) {
        super("too many wrong passwords, wait " + seconds(left) + " s");
        this.left = left;
    }

    /** Whole seconds, rounded up: who waits that long may try again. */
    long seconds() {
        return seconds(left);
    }

    private static long seconds(Duration left) {
        return left.plusMillis(999).toSeconds();
    }
}
