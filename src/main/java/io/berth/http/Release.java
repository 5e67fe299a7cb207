package io.berth.http;

/** Which Berth this is. */
public final class Release {

    /** The version that clients are told; some parse it. */
    public static final String VERSION = "0.1.0";

    private Release() {}
}
