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

    /** All of them: a list here would have to follow that of the script, and a section that it lacks could not be loaded anew. */
    static final String SECTIONS = "/ui/**";

    private static final Duration FOR_EVER = Duration.ofDays(365);

    @Override
    public List<RouteRule> rules() {
        return List.of(
                RouteRule.get("/assets/**", Access.PUBLIC),
                RouteRule.get("/login", Access.PUBLIC),
                RouteRule.post("/login", Access.PUBLIC),
                RouteRule.post("/logout", Access.ACCOUNT),
                RouteRule.get("/", Access.ACCOUNT),
                RouteRule.get(SECTIONS, Access.ACCOUNT));
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/assets/**").addResourceLocations("classpath:/static/assets/")
                .setCacheControl(CacheControl.maxAge(FOR_EVER).cachePublic().immutable());
    }
}
