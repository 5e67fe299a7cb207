package io.berth.container;

import io.berth.ffi.Errno;
import io.berth.runtime.LaunchFailedException;

/** Failures of shims in the words by which the docker CLI tells 127 from 126. */
final class LaunchErrors {

    static final String OTHER_KIND = ": Are you trying to mount a directory onto a file (or vice-versa)? "
            + "Check if the specified host path exists and is the expected type";

    private LaunchErrors() {}

    /** The program is missing or cannot be executed. */
    static String program(LaunchFailedException refused, String path) {
        if (!refused.isProgramMissing()) {
            return "exec: \"" + path + "\": " + (refused.errno() == Errno.EISDIR ? "is a directory: " : "") + "permission denied";
        }
        return path.contains("/") ? "exec: \"" + path + "\": stat " + path + ": no such file or directory"
                : "exec: \"" + path + "\": executable file not found in $PATH";
    }

    static String plain(LaunchFailedException refused) {
        return refused.getMessage() + ": " + Errno.text(refused.errno());
    }
}
