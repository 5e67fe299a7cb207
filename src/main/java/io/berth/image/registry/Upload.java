package io.berth.image.registry;

import java.net.URI;

/** A blob on its way into a repository: where its next bytes go, which the registry tells anew after each request. For one thread. */
public final class Upload {

    private final String repository;
    private URI place;

    Upload(String repository, URI place) {
        this.repository = repository;
        this.place = place;
    }

    String repository() {
        return repository;
    }

    URI place() {
        return place;
    }

    void moveTo(URI next) {
        place = next;
    }
}
