package io.berth.storage;

import java.io.IOException;
import java.io.OutputStream;

/** Takes the bytes of one blob and hashes them on the way. Closed before it is sealed nothing is left of them. For one thread. */
public abstract class BlobWriter extends OutputStream {

    /** Bytes written until now. */
    public abstract long written();

    /** Ends the writing. What comes back is the caller's to close. */
    public abstract StagedBlob seal() throws IOException;

    /** Discards the bytes unless they were sealed. May be repeated. */
    @Override
    public abstract void close() throws IOException;
}
