package io.berth.ffi;

import java.nio.file.Path;

/** Listening AF_UNIX sockets that are handed to other processes. */
public final class UnixListener {

    /** {@code sockaddr_un.sun_path} without its NUL (unix(7)). */
    public static final int MAX_PATH_BYTES = 107;

    private UnixListener() {}

    /**
     * Binds and listens.
     *
     * @param mode permission bits of the socket file
     * @throws NativeException EADDRINUSE: the file is there already; ENAMETOOLONG: more than {@link #MAX_PATH_BYTES}
     */
    public static Fd listen(Path path, int mode) {
        var error = new NativeError();
        return new Fd(error.check(Native.library().berth_listen_unix(path.toString(), mode, error.buffer())));
    }
}
