package io.berth.engineapi;

import io.berth.error.InvalidArgumentException;
import io.berth.json.DockerJson;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** {@code filters} of a query: values of one key are alternatives, keys and labels must all fit. Immutable. */
record Filters(Map<String, List<String>> values) {

    /** Both forms: {@code {"label":["a"]}} and the older {@code {"label":{"a":true}}}. */
    static Filters of(HttpServletRequest request, Set<String> known) {
        var text = request.getParameter("filters");
        var values = new LinkedHashMap<String, List<String>>();
        if (text != null && !text.isEmpty()) {
            try {
                JsonNode root = DockerJson.MAPPER.readTree(text);
                if (!root.isObject()) {
                    throw new InvalidArgumentException("invalid filter: " + text);
                }
                root.properties().forEach(entry -> values.put(entry.getKey(), texts(entry.getValue())));
            } catch (JacksonException malformed) {
                throw new InvalidArgumentException("invalid filter: " + malformed.getOriginalMessage(), malformed);
            }
        }
        values.keySet().stream().filter(key -> !known.contains(key)).findFirst().ifPresent(key -> {
            throw new InvalidArgumentException("invalid filter '" + key + "'");
        });
        return new Filters(values);
    }

    private static List<String> texts(JsonNode node) {
        var texts = new ArrayList<String>();
        if (node.isArray()) {
            node.forEach(value -> texts.add(value.asString("")));
        } else {
            node.properties().stream().filter(entry -> entry.getValue().asBoolean(true)).forEach(entry -> texts.add(entry.getKey()));
        }
        return texts;
    }

    List<String> get(String key) {
        return values.getOrDefault(key, List.of());
    }

    boolean has(String key) {
        return !get(key).isEmpty();
    }

    /** Whether there is no such filter or one of its values fits. */
    boolean any(String key, Predicate<String> fits) {
        return !has(key) || get(key).stream().anyMatch(fits);
    }

    /** Whether a name has what fits an expression; one that is none is a part of the name. */
    static boolean matches(String name, String expression) {
        try {
            return Pattern.compile(expression).matcher(name).find();
        } catch (PatternSyntaxException plain) {
            return name.contains(expression);
        }
    }

    /** {@code key}, {@code key=value}; all must fit; none of {@code label!} may. */
    boolean labels(Map<String, String> labels) {
        return get("label").stream().allMatch(wanted -> hasLabel(labels, wanted))
                && get("label!").stream().noneMatch(unwanted -> hasLabel(labels, unwanted));
    }

    private static boolean hasLabel(Map<String, String> labels, String wanted) {
        int equals = wanted.indexOf('=');
        return equals < 0 ? labels.containsKey(wanted) : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
    }

    /**
     * The point in time that {@code until} names: a time, seconds since the epoch, or how long ago: {@code 1h30m}. Null without it.
     *
     * @throws InvalidArgumentException there are several, or it is none of these
     */
    @Nullable Instant until(Instant now) {
        if (get("until").size() > 1) {
            throw new InvalidArgumentException("more than one until filter specified");
        }
        return get("until").stream().findFirst().map(text -> Query.pointInTime(text, "until", now)).orElse(null);
    }

    /** Refuses values that are not of {@code known}. */
    void requireValues(String key, Collection<String> known) {
        requireValues(key, key, known);
    }

    /** @param meaning what the values are, in the failure */
    void requireValues(String key, String meaning, Collection<String> known) {
        get(key).stream().filter(value -> !known.contains(value)).findFirst().ifPresent(value -> {
            throw new InvalidArgumentException("invalid filter '" + key + "=" + value + "': invalid value for " + meaning + " (" + value
                    + "): must be one of " + String.join(", ", known));
        });
    }

    /** A filter that is true or false; empty when it is not given. */
    Optional<Boolean> flag(String key) {
        return get(key).stream().findFirst().map(value -> switch (value) {
            case "1", "true", "True", "TRUE" -> true;
            case "0", "false", "False", "FALSE" -> false;
            default -> throw new InvalidArgumentException("invalid filter '" + key + "=[" + value + "]'");
        });
    }
}
