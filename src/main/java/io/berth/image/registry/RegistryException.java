package io.berth.image.registry;

import java.io.IOException;

/** What a registry refuses or cannot do, by its status and the code of its error (OCI distribution-spec 1.1, "Error codes"). */
public final class RegistryException extends IOException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    RegistryException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }

    /** In capitals, such as {@code MANIFEST_UNKNOWN}; empty when the registry told none. */
    public String code() {
        return code;
    }

    /** What does not change when it is asked again. */
    public boolean isFinal() {
        return status < 500 && status != 408;
    }
}
