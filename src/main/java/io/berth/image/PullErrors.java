package io.berth.image;

import io.berth.error.EngineException;
import io.berth.error.InternalException;
import io.berth.error.NotFoundException;
import io.berth.error.UnauthorizedException;
import io.berth.error.UnavailableException;
import io.berth.image.registry.RegistryException;
import io.berth.oci.ImageReference;
import java.io.IOException;

/** What registries refuse, in Docker's words. */
final class PullErrors {

    private PullErrors() {}

    static EngineException translate(ImageReference reference, IOException failure) {
        if (!(failure instanceof RegistryException refused)) {
            return new InternalException("pull " + reference.familiar() + ": " + reason(failure), failure);
        }
        boolean isUnknown = refused.status() == 404 && (refused.code().equals("MANIFEST_UNKNOWN") || refused.code().equals("NOT_FOUND"));
        if (isUnknown) {
            return new NotFoundException("manifest for " + reference.familiar() + " not found: " + refused.getMessage(), refused);
        }
        if (refused.status() == 401 || refused.status() == 403 || refused.status() == 404) {
            return new NotFoundException("pull access denied for " + reference.familiarRepository()
                    + ", repository does not exist or may require 'docker login': " + refused.getMessage(), refused);
        }
        return refused.status() == 429 ? new UnavailableException(refused.getMessage(), refused) : new InternalException(refused.getMessage(), refused);
    }

    static EngineException login(String domain, IOException failure) {
        if (failure instanceof RegistryException refused && (refused.status() == 401 || refused.status() == 403)) {
            return new UnauthorizedException("login attempt to https://" + domain + "/v2/ failed with status: " + refused.status()
                    + " " + refused.getMessage(), refused);
        }
        return new InternalException("login to " + domain + ": " + reason(failure), failure);
    }

    private static String reason(IOException failure) {
        String message = failure.getMessage();
        return message == null || message.isEmpty() ? failure.getClass().getSimpleName() : message;
    }
}
