package io.berth.error;

/** What was asked for is not there. Doors answer 404. */
public final class NotFoundException extends EngineException {

    public NotFoundException(String message) {
        super(message);
    }

    public NotFoundException(String message, Throwable cause) {
        super(message, cause);
    }
}
