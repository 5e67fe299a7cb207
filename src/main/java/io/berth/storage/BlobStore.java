package io.berth.storage;

import io.berth.error.NotFoundException;
import io.berth.oci.Digest;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/**
 * Immutable bytes under their digest. What {@link #has} answers for is whole, verified and durable: it was hashed while it
 * was written, synced and only then given its name. Safe for use by many threads.
 */
public interface BlobStore {

    /** A place for bytes whose digest is learnt while they are written. The caller closes it. */
    BlobWriter writer();

    /**
     * A place for bytes of a known digest that may come in several goes: what was written stays when it is closed, also over a restart
     * of the service, and is gone on with by the next one. One at a time for each digest. The caller closes it.
     */
    PartialBlob partial(Digest expected);

    /** Bytes that {@link #partial} would go on after; 0 for none. */
    long partialBytes(Digest expected);

    /** Gives up what there is of a blob whose bytes are not needed any more, or have no place. */
    void removePartial(Digest digest);

    /** Gives up the parts of blobs that nobody has gone on with since then. */
    void removePartials(Instant unusedSince);

    /** The bytes of a blob; {@link NotFoundException} when it is not there. The caller closes the stream. */
    InputStream open(Digest digest);

    boolean has(Digest digest);

    /** Size in bytes; {@link NotFoundException} when it is not there. */
    long size(Digest digest);

    /** Removes a blob; false when it was not there. */
    boolean remove(Digest digest);

    /** All blobs, in no order. */
    List<Digest> list();
}
