package io.berth.image;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Ends a compression without ending what it writes to. */
final class UnclosedOutput extends FilterOutputStream {

    UnclosedOutput(OutputStream out) {
        super(out);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        out.write(buffer, offset, length);
    }

    @Override
    public void close() {
        // The writer is sealed by whoever has it.
    }
}
