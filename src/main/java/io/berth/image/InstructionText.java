package io.berth.image;

import io.berth.error.InvalidArgumentException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The forms in which Dockerfile instructions take their arguments. */
final class InstructionText {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

    private InstructionText() {}

    /** A command: a JSON array as it is, anything else as a line for the shell; nothing is an empty command. */
    static List<String> command(String text, List<String> shell) {
        if (text.isEmpty()) {
            return List.of();
        }
        return jsonArray(text).orElseGet(() -> {
            var words = new ArrayList<>(shell.isEmpty() ? DEFAULT_SHELL : shell);
            words.add(text);
            return List.copyOf(words);
        });
    }

    /** A JSON array of strings, or nothing when the text is something else. */
    static Optional<List<String>> jsonArray(String text) {
        if (!text.startsWith("[")) {
            return Optional.empty();
        }
        try {
            JsonNode array = MAPPER.readTree(text);
            var words = new ArrayList<String>();
            for (JsonNode word : array) {
                if (!word.isString()) {
                    return Optional.empty();
                }
                words.add(word.asString());
            }
            return array.isArray() ? Optional.of(List.copyOf(words)) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** A JSON array, or words. */
    static List<String> list(String text) {
        return jsonArray(text).orElseGet(() -> words(text));
    }

    /** {@code name=value} pairs, or in the old form one name and the rest of the line. */
    static Map<String, String> pairs(String text, String instruction) {
        var pairs = new LinkedHashMap<String, String>();
        List<String> words = words(text);
        if (words.getFirst().indexOf('=') < 0) {
            String[] old = text.split("\\s+", 2);
            if (old.length < 2) {
                throw new InvalidArgumentException(instruction + " must have two arguments");
            }
            pairs.put(unquoted(old[0]), old[1]);
            return pairs;
        }
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw new InvalidArgumentException("Syntax error - can't find = in \"" + word + "\". Must be of the form: name=value");
            }
            if (equals == 0) {
                throw new InvalidArgumentException(instruction + " names can not be blank");
            }
            pairs.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return pairs;
    }

    static String unquoted(String text) {
        return String.join(" ", words(text));
    }

    /** Words between spaces; quotes and backslashes keep spaces in a word and are themselves removed. */
    static List<String> words(String text) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                inWord = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new InvalidArgumentException("unexpected end of statement while looking for matching quote");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
