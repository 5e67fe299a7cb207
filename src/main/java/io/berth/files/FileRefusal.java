package io.berth.files;

import io.berth.error.ConflictException;
import io.berth.error.DiskFullException;
import io.berth.error.EngineException;
import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.Errno;
import io.berth.ffi.NativeException;

/** What the kernel refuses about files as failures of the engine, in the kernel's words. */
public final class FileRefusal {

    private FileRefusal() {}

    /** @param what whose file and its path, or what was tried; the reason is appended */
    public static EngineException of(String what, NativeException failure) {
        var message = what + ": " + Errno.text(failure.errno());
        return switch (failure.errno()) {
            case Errno.ENOENT -> new NotFoundException(message, failure);
            case Errno.ENOTDIR, Errno.EISDIR, Errno.ELOOP, Errno.ENAMETOOLONG, Errno.EINVAL, Errno.EXDEV -> new InvalidArgumentException(message, failure);
            case Errno.EROFS, Errno.EACCES, Errno.EPERM -> new ForbiddenException(message, failure);
            case Errno.ENOSPC, Errno.EDQUOT -> new DiskFullException(message, failure);
            case Errno.EEXIST, Errno.ENOTEMPTY, Errno.EBUSY -> new ConflictException(message, failure);
            default -> new InternalException(message, failure);
        };
    }
}
