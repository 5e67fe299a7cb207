package io.berth.http;

import jakarta.servlet.http.HttpServletRequest;

/** By which connector a request came. Set by the server itself: nothing that a client sends can change it. */
public enum Door {
    /** The Engine API's Unix socket. */
    ENGINE,
    /** The dashboard's and the management API's TCP port. */
    TCP;

    static final String ATTRIBUTE = "io.berth.http.Door";

    public static Door of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) == ENGINE ? ENGINE : TCP;
    }
}
