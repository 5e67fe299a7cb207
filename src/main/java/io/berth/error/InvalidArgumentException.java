package io.berth.error;

import java.util.function.Supplier;

/** The request is wrong by itself: a value, a document, an archive. Doors answer 400. */
public final class InvalidArgumentException extends EngineException {

    private final String field;

    public InvalidArgumentException(String message) {
        super(message);
        this.field = "";
    }

    public InvalidArgumentException(String message, Throwable cause) {
        super(message, cause);
        this.field = "";
    }

    private InvalidArgumentException(String message, Throwable cause, String field) {
        super(message, cause);
        this.field = field;
    }

    /** Where in the request the wrong value stands, as a path such as {@code HostConfig.Memory}; empty when that is not known. */
    public String field() {
        return field;
    }

    /** The same about a field, unless it names one already. */
    public InvalidArgumentException at(String path) {
        return field.isEmpty() && !path.isEmpty() ? new InvalidArgumentException(String.valueOf(getMessage()), this, path) : this;
    }

    /** Does a check of one field: what it refuses is said to be about that. */
    public static void within(String path, Runnable check) {
        about(path, () -> {
            check.run();
            return true;
        });
    }

    /** Reads one field: what is refused is said to be about that. */
    public static <T> T about(String path, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (InvalidArgumentException refused) {
            throw refused.at(path);
        }
    }
}
