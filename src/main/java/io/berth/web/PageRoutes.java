package io.berth.web;

import io.berth.http.Access;
import io.berth.http.RouteRule;
import io.berth.http.RouteRules;
import java.time.Duration;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The routes of the pages and of the built assets, and who may have them. */
@Component
class PageRoutes implements RouteRules, WebMvcConfigurer {

    private static final Duration FOR_EVER = Duration.ofDays(365);

    @Override
    public List<RouteRule> rules() {
        return List.of(
                RouteRule.get("/assets/**", Access.PUBLIC),
                RouteRule.get("/login", Access.PUBLIC),
                RouteRule.post("/login", Access.PUBLIC),
                RouteRule.post("/logout", Access.ACCOUNT),
                RouteRule.get("/", Access.ACCOUNT),
                RouteRule.get("/ui/containers", Access.ACCOUNT),
                RouteRule.get("/ui/containers/{ref}", Access.ACCOUNT),
                RouteRule.get("/ui/containers/{ref}/{tab:logs|console|stats|config|edit}", Access.ACCOUNT),
                RouteRule.get("/ui/create", Access.ACCOUNT),
                RouteRule.get("/ui/images", Access.ACCOUNT),
                RouteRule.get("/ui/logs", Access.ACCOUNT),
                RouteRule.get("/ui/logs/removed", Access.ACCOUNT),
                RouteRule.get("/ui/registries", Access.ACCOUNT));
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/assets/**").addResourceLocations("classpath:/static/assets/")
                .setCacheControl(CacheControl.maxAge(FOR_EVER).cachePublic().immutable());
    }
}
