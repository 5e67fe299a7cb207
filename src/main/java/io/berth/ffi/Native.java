package io.berth.ffi;

import io.berth.instance.PrivateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import jnr.ffi.LibraryLoader;
import org.jspecify.annotations.Nullable;

/**
 * The native library of this process. It travels in the class path and is loaded from a folder that only root can write, named after
 * its content. Loaded once; safe for use by many threads.
 */
public final class Native {

    /** {@code BERTH_ABI_VERSION} of berth.h, for which {@link LibBerth} is written. */
    static final int ABI_VERSION = 14;

    private static @Nullable LibBerth library;

    private Native() {}

    /**
     * Loads libberth; does nothing when it is loaded already.
     *
     * @param folder where native files may be kept, made with mode 0700 when missing
     * @throws IOException it is missing in the class path, is of another version, or the folder cannot be written
     */
    public static synchronized void load(Path folder) throws IOException {
        if (library == null) {
            var loaded = LibraryLoader.create(LibBerth.class).failImmediately().load(extract("libberth.so", folder).toString());
            int version = loaded.berth_abi_version();
            if (version != ABI_VERSION) {
                throw new IOException("libberth has ABI version " + version + ", this service is written for " + ABI_VERSION);
            }
            library = loaded;
        }
    }

    /** The library. */
    static synchronized LibBerth library() {
        if (library == null) {
            throw new IllegalStateException("libberth is not loaded");
        }
        return library;
    }

    /** The native file {@code name} of the class path as a file below {@code folder}, named after its content. */
    public static Path extract(String name, Path folder) throws IOException {
        byte[] content;
        try (InputStream in = Native.class.getResourceAsStream("/native/" + name)) {
            if (in == null) {
                throw new IOException("native/" + name + " is not in the class path");
            }
            content = in.readAllBytes();
        }
        Path target = PrivateFolder.createAll(folder.resolve(shortHash(content))).resolve(name);
        if (!Files.exists(target)) {
            Path temporary = Files.createTempFile(target.getParent(), name, ".tmp",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.write(temporary, content);
            try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return target;
    }

    private static String shortHash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
