package io.berth.image;

/** A registry cannot be reached or does not do what registries do. The message names it and says why. */
public final class RegistryFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public RegistryFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
