package io.berth.storage;

import io.berth.error.InternalException;
import io.berth.oci.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Hashes what is read; reading the end fails when the bytes are not those of the digest: the disk has damaged them. */
final class VerifyingInputStream extends FilterInputStream {

    private final Digest expected;
    private final MessageDigest computation;
    private boolean ended;

    VerifyingInputStream(InputStream in, Digest expected) {
        super(in);
        this.expected = expected;
        this.computation = expected.algorithm().newMessageDigest();
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
        } else if (read < 0 && !ended) {
            ended = true;
            if (!Digest.of(expected.algorithm(), computation).equals(expected)) {
                throw new InternalException("blob " + expected + " is damaged on disk");
            }
        }
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] buffer = new byte[(int) Math.min(count, 64 * 1024)];
        return Math.max(0, read(buffer, 0, buffer.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
