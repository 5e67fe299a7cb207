package io.berth.ffi;

/** A mount that has no place in any tree: only its descriptor leads to it, and closing it unmounts it. */
public final class DetachedMount implements AutoCloseable {

    private final Fd fd;
    private final RootDir root;

    DetachedMount(Fd fd) {
        this.fd = fd;
        boolean done = false;
        try {
            var error = new NativeError();
            root = new RootDir(new Fd(error.check(Native.library().berth_open_beneath(fd.number(), FileNames.terminated("."),
                    RootDir.O_RDONLY | RootDir.O_DIRECTORY, 0, -1, error.buffer()))));
            done = true;
        } finally {
            if (!done) {
                fd.close();
            }
        }
    }

    /** The descriptor of the mount; closed with it. */
    public Fd fd() {
        return fd;
    }

    /** The tree of the mount. Closed with the mount. */
    public RootDir root() {
        return root;
    }

    @Override
    public void close() {
        root.close();
        fd.close();
    }
}
