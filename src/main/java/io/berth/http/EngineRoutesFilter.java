package io.berth.http;

import io.berth.error.InvalidArgumentException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps the doors apart. A request of the Unix socket loses the version of its path and goes to {@value #PREFIX}, where the Engine API's
 * routes are and nothing else is; a request of the TCP port never gets there.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class EngineRoutesFilter extends OncePerRequestFilter {

    static final String PREFIX = "/.engine";
    private static final Pattern VERSIONED = Pattern.compile("/v([0-9]{1,4})\\.([0-9]{1,4})(/.*|$)");
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SERVER = "Berth/" + Release.VERSION + " (linux)";

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (Door.of(request) == Door.TCP) {
            if (request.getServletPath().startsWith(PREFIX)) {
                Problems.write(request, response, HttpServletResponse.SC_NOT_FOUND, "there is nothing at this address");
            } else {
                chain.doFilter(request, response);
            }
            return;
        }
        response.setHeader("Api-Version", ApiVersion.MAX.toString());
        response.setHeader("Ostype", "linux");
        response.setHeader("Docker-Experimental", "false");
        response.setHeader("Server", SERVER);
        String path = request.getRequestURI();
        var match = VERSIONED.matcher(path);
        try {
            if (match.matches()) {
                path = match.group(3).isEmpty() ? "/" : match.group(3);
                var version = new ApiVersion(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
                request.setAttribute(ApiVersion.ATTRIBUTE, version.checked(path));
            }
        } catch (InvalidArgumentException refused) {
            refuse(response, refused.getMessage());
            return;
        }
        chain.doFilter(new Moved(request, PREFIX + path), response);
    }

    private static void refuse(HttpServletResponse response, String message) throws IOException {
        byte[] body = JSON.writeValueAsString(Map.of("message", message)).getBytes(StandardCharsets.UTF_8);
        response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static final class Moved extends HttpServletRequestWrapper {

        private final String path;

        Moved(HttpServletRequest request, String path) {
            super(request);
            this.path = path;
        }

        @Override
        public String getRequestURI() {
            return path;
        }

        @Override
        public StringBuffer getRequestURL() {
            return new StringBuffer("http://localhost").append(path);
        }

        @Override
        public String getServletPath() {
            return path;
        }
    }
}
