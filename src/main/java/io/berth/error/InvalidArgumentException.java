package io.berth.error;

/** The request is wrong by itself: a value, a document, an archive. Doors answer 400. */
public final class InvalidArgumentException extends EngineException {

    public InvalidArgumentException(String message) {
        super(message);
    }

    public InvalidArgumentException(String message, Throwable cause) {
        super(message, cause);
    }
}
