package io.berth.it;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.stereotype.Controller;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;

/** Every route that a door's controllers declare, read from the classes: a new one is in the tests by itself. */
final class Routes {

    private Routes() {}

    /** A method and a path in which each variable has a value that names nothing. */
    record Route(String method, String path) {}

    static List<Route> of(String door) {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(Controller.class));
        return scanner.findCandidateComponents(door).stream().map(BeanDefinition::getBeanClassName)
                .map(name -> ClassUtils.resolveClassName(String.valueOf(name), null)).flatMap(Routes::of).distinct()
                .sorted(Comparator.comparing(Route::path).thenComparing(Route::method)).toList();
    }

    private static Stream<Route> of(Class<?> controller) {
        var whole = AnnotatedElementUtils.findMergedAnnotation(controller, RequestMapping.class);
        List<Route> routes = new ArrayList<>();
        ReflectionUtils.doWithMethods(controller, method -> {
            var own = AnnotatedElementUtils.findMergedAnnotation(method, RequestMapping.class);
            if (own != null) {
                for (var prefix : whole == null || whole.path().length == 0 ? new String[] {""} : whole.path()) {
                    for (var path : own.path().length == 0 ? new String[] {""} : own.path()) {
                        for (var verb : own.method().length == 0 ? new RequestMethod[] {RequestMethod.GET, RequestMethod.POST} : own.method()) {
                            routes.add(new Route(verb.name(), sample(verb, prefix + path)));
                        }
                    }
                }
            }
        });
        return routes.stream();
    }

    /** A path of images ends with what is to be done, which their controller takes apart by itself. */
    private static String sample(RequestMethod verb, String pattern) {
        return pattern.replaceAll("\\{[a-z]+:([a-z]+)[^}]*}", "$1").replaceAll("\\{\\*[a-z]+}", verb == RequestMethod.POST ? "nothing/tag" : "nothing/json").replaceAll("\\{[a-z]+}", "nothing")
                .replace("/**", "/nothing");
    }
}
