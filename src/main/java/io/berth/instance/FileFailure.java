package io.berth.instance;

import io.berth.error.DiskFullException;
import io.berth.error.EngineException;
import io.berth.error.InternalException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Failures of the engine's own files as failures of the engine, in the kernel's words as clients know them. */
public final class FileFailure {

    private static final String FULL = "no space left on device";
    private static final String OVER_QUOTA = "disk quota exceeded";

    private FileFailure() {}

    /**
     * The failure to throw.
     *
     * @param tried on what, as in {@code describe container 1a2b}; the reason is appended: {@code no space left on device}
     */
    public static EngineException of(String tried, IOException failure) {
        var message = tried + ": " + reason(failure);
        return message.endsWith(FULL) || message.endsWith(OVER_QUOTA) ? new DiskFullException(message, failure) : new InternalException(message, failure);
    }

    private static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file or directory";
        }
        String reason = failure instanceof FileSystemException known && known.getReason() != null
                ? known.getFile() + ": " + asKernelsWord(known.getReason()) : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : asKernelsWord(reason);
    }

    /** Java begins strerror's texts with a capital letter; Docker's clients see Go's, which do not. */
    private static String asKernelsWord(String text) {
        boolean capital = text.length() > 1 && Character.isUpperCase(text.charAt(0)) && Character.isLowerCase(text.charAt(1));
        return capital ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1) : text;
    }
}
