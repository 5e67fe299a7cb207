package io.berth.ffi;

import java.util.List;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;

/**
 * The firewall of the calling thread's network namespace, spoken to through libnftables: commands go to the kernel in one transaction,
 * no program is started. The library's context is not made for threads: calls are taken one at a time.
 */
public final class LibNftables implements AutoCloseable {

    private static final List<String> NAMES = List.of("libnftables.so.1", "nftables");

    /** It is not said that contexts share nothing. */
    private static final Object IN_USE = new Object();

    private final Binding library;
    private final Pointer context;
    private boolean closed;

    private LibNftables(Binding library, Pointer context) {
        this.library = library;
        this.context = context;
    }

    /** The C surface of libnftables, as in libnftables(3). No logic here; public because jnr-ffi needs it. */
    public interface Binding {
        Pointer nft_ctx_new(int flags);

        void nft_ctx_free(Pointer context);

        int nft_ctx_buffer_output(Pointer context);

        int nft_ctx_buffer_error(Pointer context);

        String nft_ctx_get_output_buffer(Pointer context);

        String nft_ctx_get_error_buffer(Pointer context);

        int nft_run_cmd_from_buffer(Pointer context, String commands);
    }

    /** The kernel or the grammar refused a script; nothing of it was carried out. */
    public static final class RefusedException extends RuntimeException {
        RefusedException(String message) {
            super(message);
        }

        /** Whether an element or object of that name is there already. */
        public boolean alreadyExists() {
            return getMessage().contains("File exists");
        }

        /** Whether a table, map or element that was named is not there. */
        public boolean notFound() {
            return getMessage().contains("No such file or directory");
        }
    }

    /**
     * Opens a context.
     *
     * @throws UnsatisfiedLinkError libnftables is not installed
     */
    public static LibNftables open() {
        Binding library = load();
        Pointer context = library.nft_ctx_new(0);
        if (context == null) {
            throw new NativeException(Errno.EIO, "open a libnftables context");
        }
        library.nft_ctx_buffer_output(context);
        library.nft_ctx_buffer_error(context);
        return new LibNftables(library, context);
    }

    /**
     * Carries out a script in the grammar of nft(8), all or nothing, in another network namespace, with a context of its own. Unlike
     * {@link #open}, which ends the process then, it may be called when the process has more than a thousand descriptors.
     *
     * @throws NativeException ENOENT: libnftables is not installed; EOPNOTSUPP: it or the kernel refused
     */
    public static void runIn(Fd netns, String script) {
        var error = new NativeError();
        synchronized (IN_USE) {
            error.check(Native.library().berth_nftables_run(netns.number(), FileNames.terminated(script), error.buffer()));
        }
    }

    /**
     * Carries out a script in the grammar of nft(8), all or nothing.
     *
     * @return what it prints
     * @throws RefusedException with the library's explanation
     */
    public synchronized String run(String script) {
        if (closed) {
            throw new IllegalStateException("the libnftables context is closed");
        }
        int result;
        synchronized (IN_USE) {
            result = library.nft_run_cmd_from_buffer(context, script);
        }
        String output = library.nft_ctx_get_output_buffer(context);
        String error = library.nft_ctx_get_error_buffer(context);
        if (result != 0) {
            throw new RefusedException(error == null || error.isBlank() ? "nftables refused: " + script : error.strip());
        }
        return output == null ? "" : output;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            library.nft_ctx_free(context);
        }
    }

    private static Binding load() {
        UnsatisfiedLinkError last = null;
        for (String name : NAMES) {
            try {
                return LibraryLoader.create(Binding.class).failImmediately().load(name);
            } catch (UnsatisfiedLinkError missing) {
                last = missing;
            }
        }
        throw last == null ? new UnsatisfiedLinkError("libnftables") : last;
    }
}
