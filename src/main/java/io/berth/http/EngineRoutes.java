package io.berth.http;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.HandlerTypePredicate;
import org.springframework.web.servlet.config.annotation.PathMatchConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts the controllers of the Engine API where only requests of its socket get to. */
@Configuration(proxyBeanMethods = false)
class EngineRoutes implements WebMvcConfigurer {

    @Override
    public void configurePathMatch(PathMatchConfigurer paths) {
        paths.addPathPrefix(EngineRoutesFilter.PREFIX, HandlerTypePredicate.forBasePackage("io.berth.engineapi"));
    }
}
