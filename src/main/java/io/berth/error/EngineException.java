package io.berth.error;

/**
 * A failure of a known kind. The message says what was tried, on what and why it failed, in the words that Docker's clients
 * expect; it is shown to the caller as it is, so it holds no secret.
 */
public abstract sealed class EngineException extends RuntimeException
        permits NotFoundException,
                ConflictException,
                InvalidArgumentException,
                ForbiddenException,
                UnauthorizedException,
                UnavailableException,
                NotImplementedException,
                InternalException,
                DiskFullException,
                PayloadTooLargeException {

    EngineException(String message) {
        super(message);
    }

    EngineException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The same kind of failure, and what was tried before its reason: {@code cannot kill container: web: invalid signal: X}. */
    public EngineException during(String attempt) {
        String text = attempt + ": " + getMessage();
        return switch (this) {
            case InvalidArgumentException refused -> new InvalidArgumentException(text, this).at(refused.field());
            case UnauthorizedException _ -> new UnauthorizedException(text, this);
            case ForbiddenException _ -> new ForbiddenException(text, this);
            case NotFoundException _ -> new NotFoundException(text, this);
            case ConflictException _ -> new ConflictException(text, this);
            case PayloadTooLargeException _ -> new PayloadTooLargeException(text, this);
            case NotImplementedException _ -> new NotImplementedException(text, this);
            case UnavailableException _ -> new UnavailableException(text, this);
            case DiskFullException _ -> new DiskFullException(text, this);
            case InternalException _ -> new InternalException(text, this);
        };
    }
}
