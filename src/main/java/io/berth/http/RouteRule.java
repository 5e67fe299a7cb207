package io.berth.http;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;

/**
 * One rule of the TCP door: who may use the routes of a pattern.
 *
 * @param method the method it is for; null for all
 * @param pattern a path pattern of Spring's {@code PathPattern}
 */
public record RouteRule(@Nullable HttpMethod method, String pattern, Access access) {

    public static RouteRule all(String pattern, Access access) {
        return new RouteRule(null, pattern, access);
    }

    public static RouteRule get(String pattern, Access access) {
        return new RouteRule(HttpMethod.GET, pattern, access);
    }

    public static RouteRule post(String pattern, Access access) {
        return new RouteRule(HttpMethod.POST, pattern, access);
    }

    public static RouteRule put(String pattern, Access access) {
        return new RouteRule(HttpMethod.PUT, pattern, access);
    }

    public static RouteRule delete(String pattern, Access access) {
        return new RouteRule(HttpMethod.DELETE, pattern, access);
    }
}
