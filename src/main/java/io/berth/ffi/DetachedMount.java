package io.berth.ffi;

/** A mount that has no place in any tree: only its descriptor leads to it, and closing it unmounts it. */
public final class DetachedMount implements AutoCloseable {

    /** The descriptor of the mount; closed with it. */
    public Fd fd() {
        throw new UnsupportedOperationException();
    }

    /** The tree of the mount. Closed with the mount. */
    public RootDir root() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
