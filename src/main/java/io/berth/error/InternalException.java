package io.berth.error;

/** Failed though the request was right: the machine, the kernel, the disk, or a fault of ours. Doors answer 500. */
public final class InternalException extends EngineException {

    public InternalException(String message) {
        super(message);
    }

    public InternalException(String message, Throwable cause) {
        super(message, cause);
    }
}
