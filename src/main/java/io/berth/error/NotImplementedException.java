package io.berth.error;

/** Not built; the message names what. Doors answer 501. */
public final class NotImplementedException extends EngineException {

    public NotImplementedException(String message) {
        super(message);
    }

    public NotImplementedException(String message, Throwable cause) {
        super(message, cause);
    }
}
