package io.berth.error;

/** Not possible at the moment; later it may be. Doors answer 503. */
public final class UnavailableException extends EngineException {

    public UnavailableException(String message) {
        super(message);
    }

    public UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
