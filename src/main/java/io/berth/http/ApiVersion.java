package io.berth.http;

import io.berth.error.InvalidArgumentException;
import jakarta.servlet.http.HttpServletRequest;

/** A version of the Docker Engine API, compared number by number. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {

    public static final ApiVersion MAX = new ApiVersion(1, 51);
    public static final ApiVersion MIN = new ApiVersion(1, 24);
    /** What older copies of skopeo speak, for the few routes that they use. */
    static final ApiVersion MIN_OF_IMAGES = new ApiVersion(1, 22);
    static final String ATTRIBUTE = "io.berth.http.ApiVersion";

    /** The version in the request's path; the newest without one. */
    public static ApiVersion of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof ApiVersion version ? version : MAX;
    }

    /** @throws InvalidArgumentException it is beyond what this engine speaks, in the words by which clients find another */
    ApiVersion checked(String route) {
        if (compareTo(MAX) > 0) {
            throw new InvalidArgumentException("client version " + this + " is too new. Maximum supported API version is " + MAX);
        }
        boolean ofImages = route.equals("/images/get") || route.equals("/images/load") || route.equals("/images/json")
                || route.startsWith("/images/") && route.endsWith("/get");
        if (compareTo(ofImages ? MIN_OF_IMAGES : MIN) < 0) {
            throw new InvalidArgumentException("client version " + this + " is too old. Minimum supported API version is " + MIN
                    + ", please upgrade your client to a newer version");
        }
        return this;
    }

    /** Whether it is 1.{@code wanted} or newer. */
    public boolean atLeast(int wanted) {
        return major > 1 || major == 1 && minor >= wanted;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
