package io.berth.http;

/** Which Berth this is. */
public final class Release {

    public static final String VERSION = "0.1.0";
    /**
     * The version of Docker whose API 1.51 is spoken: what {@code Version} and {@code ServerVersion} say, since clients decide by it.
     * Testcontainers refuses anything below 1.6.0.
     */
    public static final String DOCKER_VERSION = "28.3.0";

    private Release() {}
}
