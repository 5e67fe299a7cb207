package io.berth.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.savedrequest.RequestCache;

/** What a refused request gets to see: a page for people, problem details for programs, 404 where there is no route. */
final class LoginAnswers {

    private final TcpRoutes routes;

    LoginAnswers(TcpRoutes routes) {
        this.routes = routes;
    }

    void unauthorized(HttpServletRequest request, HttpServletResponse response, AuthenticationException why) throws IOException {
        if (routes.ruleOf(request).isEmpty()) {
            Problems.write(request, response, HttpServletResponse.SC_NOT_FOUND, "there is nothing at this address");
        } else if (isPage(request)) {
            response.sendRedirect("/login");
        } else if (why instanceof LoginThrottledException throttled) {
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(throttled.seconds()));
            Problems.write(request, response, 429, throttled.getMessage());
        } else {
            boolean triedBasic = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
            // A browser that sees "Basic" opens a prompt of its own, so only who uses it is told of it.
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, triedBasic ? "Basic realm=\"berth\", charset=\"UTF-8\"" : "Form location=\"/login\"");
            Problems.write(request, response, HttpServletResponse.SC_UNAUTHORIZED, triedBasic ? "unknown name or wrong password" : "log in first");
        }
    }

    void denied(HttpServletRequest request, HttpServletResponse response, AccessDeniedException why) throws IOException {
        if (routes.ruleOf(request).isEmpty()) {
            Problems.write(request, response, HttpServletResponse.SC_NOT_FOUND, "there is nothing at this address");
        } else if (why instanceof CsrfException && isForm(request)) {
            response.sendRedirect("/login?stale");
        } else {
            Problems.write(request, response, HttpServletResponse.SC_FORBIDDEN,
                    why instanceof CsrfException ? "the session's token is missing or old: load the page again" : "not allowed");
        }
    }

    void loginFailed(HttpServletRequest request, HttpServletResponse response, AuthenticationException why) throws IOException {
        response.sendRedirect(why instanceof LoginThrottledException throttled ? "/login?wait=" + throttled.seconds() : "/login?wrong");
    }

    /** After a login the browser goes to the page that it had asked for, never to an API answer. */
    RequestCache pagesOnly() {
        var cache = new HttpSessionRequestCache();
        cache.setRequestMatcher(request -> isPage(request) && routes.ruleOf(request).isPresent());
        cache.setMatchingRequestParameterName(null);
        return cache;
    }

    private static boolean isPage(HttpServletRequest request) {
        var path = request.getRequestURI();
        return "GET".equals(request.getMethod()) && request.getHeader(HttpHeaders.UPGRADE) == null
                && !path.startsWith("/api/") && !path.startsWith("/ws") && !path.startsWith("/assets/") && !path.startsWith("/actuator/")
                && request.getHeader(HttpHeaders.AUTHORIZATION) == null;
    }

    private static boolean isForm(HttpServletRequest request) {
        return request.getRequestURI().equals("/login") || request.getRequestURI().equals("/logout");
    }
}
