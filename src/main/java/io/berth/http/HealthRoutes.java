package io.berth.http;

import java.util.List;
import org.springframework.stereotype.Component;

/** The health check, which anybody may ask: it says UP or not and nothing else. */
@Component
class HealthRoutes implements RouteRules {

    @Override
    public List<RouteRule> rules() {
        return List.of(RouteRule.get("/actuator/health", Access.PUBLIC));
    }
}
