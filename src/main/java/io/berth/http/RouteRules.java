package io.berth.http;

import java.util.List;

/**
 * The rules of one door on TCP, as a bean. What no rule names does not exist there: the answer is 404 whoever asks. A test compares
 * the rules with the routes.
 */
public interface RouteRules {

    List<RouteRule> rules();
}
