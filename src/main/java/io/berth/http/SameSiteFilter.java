package io.berth.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses requests that a foreign page made a browser send. The {@code Host} must be a name of ours, or a name that an attacker's DNS
 * points at us would count as the same origin (421). An {@code Origin} must be that same host (403). An upgrade to a WebSocket must
 * have one, unless it brings its own credentials: the browser's same-origin policy does not cover WebSockets, the cookie alone would do.
 */
final class SameSiteFilter extends OncePerRequestFilter {

    private static final int MISDIRECTED_REQUEST = 421;

    private final OwnHosts hosts;

    SameSiteFilter(OwnHosts hosts) {
        this.hosts = hosts;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var host = request.getHeader(HttpHeaders.HOST);
        if (host == null || !hosts.contains(host)) {
            Problems.write(request, response, MISDIRECTED_REQUEST,
                    "this Berth is not known as \"" + Problems.printable(host) + "\"; berth.web.hosts lists its further names");
            return;
        }
        var origin = request.getHeader(HttpHeaders.ORIGIN);
        boolean upgrade = "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
        if (origin == null ? upgrade && request.getHeader(HttpHeaders.AUTHORIZATION) == null : !OwnHosts.sameOrigin(origin, host)) {
            Problems.write(request, response, HttpServletResponse.SC_FORBIDDEN,
                    origin == null ? "a WebSocket needs an Origin" : "requests from " + Problems.printable(origin) + " are refused");
            return;
        }
        chain.doFilter(request, response);
    }
}
