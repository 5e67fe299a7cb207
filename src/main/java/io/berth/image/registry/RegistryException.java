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

    /** What ends an upload, but not a new one: its place is gone, or it holds other bytes than were meant. */
    public boolean isOfUpload() {
        return status == 416 || code.startsWith("BLOB_UPLOAD_") || code.equals("DIGEST_INVALID") || code.equals("SIZE_INVALID");
    }
}
