package io.berth.error;

/** Known who asks, and not allowed. Doors answer 403. */
public final class ForbiddenException extends EngineException {

    public ForbiddenException(String message) {
        super(message);
    }

    public ForbiddenException(String message, Throwable cause) {
        super(message, cause);
    }
}
