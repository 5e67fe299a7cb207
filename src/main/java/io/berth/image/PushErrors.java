package io.berth.image;

import io.berth.error.EngineException;
import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.NotFoundException;
import io.berth.error.UnauthorizedException;
import io.berth.error.UnavailableException;
import io.berth.image.registry.RegistryException;
import io.berth.oci.ImageReference;
import java.io.IOException;

/** What registries refuse to take, in Docker's words, which are mostly their own. */
final class PushErrors {

    private PushErrors() {}

    static EngineException translate(ImageReference reference, IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (!(failure instanceof RegistryException refused)) {
            return new InternalException("push " + reference.familiar() + ": " + PullErrors.reason(failure), failure);
        }
        return switch (refused.status()) {
            case 401 -> new UnauthorizedException(message, refused);
            case 403 -> new ForbiddenException(message, refused);
            case 404 -> new NotFoundException(message, refused);
            case 429 -> new UnavailableException(message, refused);
            default -> new InternalException(message, refused);
        };
    }
}
