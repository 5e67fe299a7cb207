package io.berth.error;

/** The request has more bytes than are taken. Doors answer 413. */
public final class PayloadTooLargeException extends EngineException {

    public PayloadTooLargeException(String message) {
        super(message);
    }

    public PayloadTooLargeException(String message, Throwable cause) {
        super(message, cause);
    }
}
