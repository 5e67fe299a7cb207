package io.berth.http;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.HandlerTypePredicate;
import org.springframework.web.servlet.config.annotation.PathMatchConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts the controllers of the Engine API where only requests of its socket get to. */
@Configuration(proxyBeanMethods = false)
public class EngineRoutes implements WebMvcConfigurer {

    /** Where the routes of the Engine API are; no request of another door gets there. */
    public static final String PREFIX = EngineRoutesFilter.PREFIX;


    @Override
    public void configurePathMatch(PathMatchConfigurer paths) {
        paths.addPathPrefix(PREFIX, HandlerTypePredicate.forBasePackage("io.berth.engineapi"));
    }
}
