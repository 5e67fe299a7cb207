package io.berth.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.stereotype.Component;

/** All rules of the TCP door, first match wins. Immutable. */
@Component
public class TcpRoutes {

    private final List<Route> routes;

    private record Route(PathPatternRequestMatcher matcher, RouteRule rule) {}

    TcpRoutes(List<RouteRules> doors) {
        routes = doors.stream().flatMap(door -> door.rules().stream()).map(rule -> new Route(matcher(rule), rule)).toList();
    }

    /** The rule of a request; empty when there is no such route. A HEAD is a GET without its body. */
    public Optional<RouteRule> ruleOf(HttpServletRequest request) {
        return routes.stream().filter(route -> route.matcher().matches(request)).map(Route::rule).findFirst();
    }

    public List<RouteRule> rules() {
        return routes.stream().map(Route::rule).toList();
    }

    private static PathPatternRequestMatcher matcher(RouteRule rule) {
        var patterns = PathPatternRequestMatcher.withDefaults();
        return rule.method() == null ? patterns.matcher(rule.pattern()) : patterns.matcher(rule.method(), rule.pattern());
    }
}
