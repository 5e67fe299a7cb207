package io.berth.storage;

import io.berth.error.InvalidArgumentException;
import io.berth.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Takes the bytes of one blob, hashes them on the way and gives them their name at {@link #commit}. Closed without a commit
 * nothing is left of them. For one thread.
 */
public abstract class BlobWriter extends OutputStream {

    /** Bytes written until now. */
    public abstract long written();

    /** The digest of the bytes written until now. */
    public abstract Digest digest();

    /** Reads what was written until now; good for files that are looked at before it is known whether they stay. */
    public abstract InputStream reopen() throws IOException;

    /**
     * Makes the blob durable under {@code expected}; {@link InvalidArgumentException} when the bytes have another digest,
     * and then nothing stays. Committing what is there already is fine.
     */
    public abstract void commit(Digest expected) throws IOException;

    /** Ends the writer; discards the bytes when they were not committed. May be repeated. */
    @Override
    public abstract void close() throws IOException;
}
