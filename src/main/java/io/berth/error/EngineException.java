package io.berth.error;

/**
 * A failure of a known kind. The message says what was tried, on what and why it failed, in the words that Docker's clients
 * expect; it is shown to the caller as it is, so it holds no secret.
 */
public abstract sealed class EngineException extends RuntimeException
        permits NotFoundException,
                ConflictException,
                InvalidArgumentException,
                ForbiddenException,
                UnauthorizedException,
                UnavailableException,
                NotImplementedException,
                InternalException,
                PayloadTooLargeException {

    EngineException(String message) {
        super(message);
    }

    EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
