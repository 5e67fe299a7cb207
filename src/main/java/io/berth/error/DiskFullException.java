package io.berth.error;

/** The request is right, and the disk has no space, or the user no quota, for what it would write. {@code /api/v1} answers 507, Docker's API 500. */
public final class DiskFullException extends EngineException {

    public DiskFullException(String message) {
        super(message);
    }

    public DiskFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
