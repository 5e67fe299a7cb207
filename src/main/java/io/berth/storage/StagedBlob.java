package io.berth.storage;

import io.berth.oci.Digest;
import java.io.IOException;
import java.io.InputStream;

/** Bytes that are written and hashed, and not a blob yet. Closed without a commit nothing is left of them. For one thread. */
public interface StagedBlob extends AutoCloseable {

    Digest digest();

    /** Size in bytes. */
    long size();

    /** The bytes, for looking at them before it is known whether they stay. The caller closes the stream. */
    InputStream open() throws IOException;

    /** Makes the bytes a durable blob. A blob that is there already is fine. */
    void commit() throws IOException;

    /** Discards the bytes unless they were committed. May be repeated. */
    @Override
    void close() throws IOException;
}
