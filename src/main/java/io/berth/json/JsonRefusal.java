package io.berth.json;

import io.berth.error.InvalidArgumentException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;

/** What is wrong with a body, with the name of the field and without a word of Java. */
public final class JsonRefusal {

    private JsonRefusal() {}

    /**
     * The error to throw.
     *
     * @param where path of the part that was read; empty for the whole body
     */
    static InvalidArgumentException of(String where, JacksonException malformed) {
        for (Throwable cause = malformed; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidArgumentException known) {
                return known;
            }
        }
        String field = path(where, malformed);
        String expected = switch (malformed) {
            case MismatchedInputException mismatch -> word(mismatch.getTargetType());
            case InputCoercionException mismatch -> word(mismatch.getTargetType());
            default -> null;
        };
        String reason = malformed instanceof StreamConstraintsException ? "too deep, or a text or number that is too long"
                : expected == null ? malformed.getOriginalMessage().replaceFirst(" \\(start marker at .*", "") : "expected " + expected;
        return new InvalidArgumentException("invalid JSON: " + (field.isEmpty() ? "" : field + ": ") + reason, malformed).at(field);
    }

    /**
     * Refuses what no field takes: NUL bytes, for the kernel ends its texts with them, and nulls in lists.
     *
     * @param where its path in the body; empty for the whole
     */
    public static void checkTexts(JsonNode node, String where) {
        if (node.isString()) {
            check(node.stringValue(), where);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                String at = where + "[" + i + "]";
                if (node.get(i).isNull()) {
                    throw new InvalidArgumentException("invalid JSON: " + at + ": expected a value, not null").at(at);
                }
                checkTexts(node.get(i), at);
            }
        } else {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                String at = where.isEmpty() ? field.getKey() : where + "." + field.getKey();
                check(field.getKey(), at);
                checkTexts(field.getValue(), at);
            }
        }
    }

    private static void check(String text, String where) {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidArgumentException("invalid JSON: " + where.replace("\0", "\\0") + ": holds a NUL byte").at(where);
        }
    }

    /** Refuses a name that comes twice, once in other letters: nobody could tell which is meant. */
    static void checkNames(JsonNode node, String where) {
        var names = new HashSet<String>();
        for (String name : node.propertyNames()) {
            if (!names.add(name.toLowerCase(Locale.ROOT))) {
                throw new InvalidArgumentException("invalid JSON: " + (where.isEmpty() ? "" : where + ".") + name + ": duplicate field");
            }
        }
    }

    private static String path(String where, JacksonException malformed) {
        var path = new StringBuilder(where);
        for (JacksonException.Reference step : malformed.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }

    private static @Nullable String word(@Nullable Class<?> type) {
        if (type == null) {
            return null;
        }
        if (type == String.class) {
            return "a string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == Integer.class) {
            return "a whole number of 32 bits";
        }
        if (type == long.class || type == Long.class) {
            return "a whole number of 64 bits";
        }
        return Iterable.class.isAssignableFrom(type) ? "an array" : "an object";
    }
}
