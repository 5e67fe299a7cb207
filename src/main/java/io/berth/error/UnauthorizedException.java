package io.berth.error;

/** Not known who asks. Doors answer 401. */
public final class UnauthorizedException extends EngineException {

    public UnauthorizedException(String message) {
        super(message);
    }

    public UnauthorizedException(String message, Throwable cause) {
        super(message, cause);
    }
}
