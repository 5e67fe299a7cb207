package io.berth.image;

import io.berth.oci.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;

/** The plain tar of a layer on its way: counted, hashed, and written aside. */
final class LayerStream extends FilterInputStream {

    private final MessageDigest computation = Digest.Algorithm.SHA256.newMessageDigest();
    private final OutputStream aside;
    private long count;

    LayerStream(InputStream in, OutputStream aside) {
        super(in);
        this.aside = aside;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read > 0) {
            computation.update(buffer, offset, read);
            aside.write(buffer, offset, read);
            count += read;
        }
        return read;
    }

    long count() {
        return count;
    }

    /** The digest of all that was read; ends the computation. */
    Digest digest() {
        return Digest.of(Digest.Algorithm.SHA256, computation);
    }
}
