package io.berth.storage;

import java.io.IOException;

/** The beginning of a blob, which grows. For one thread. */
public interface PartialBlob extends AutoCloseable {

    /** Bytes that are there. */
    long written();

    /** Adds bytes. */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Begins anew. */
    void restart() throws IOException;

    /**
     * Ends the writing. What comes back is the caller's; closed without a commit the bytes stay as they are, whole.
     *
     * @throws IOException they have not the digest that was expected; they are gone then
     */
    StagedBlob complete() throws IOException;

    /** The bytes stay for the next one. May be repeated. */
    @Override
    void close() throws IOException;
}
