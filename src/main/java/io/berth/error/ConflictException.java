package io.berth.error;

/** The request contradicts the state that things are in. Doors answer 409. */
public final class ConflictException extends EngineException {

    public ConflictException(String message) {
        super(message);
    }

    public ConflictException(String message, Throwable cause) {
        super(message, cause);
    }
}
