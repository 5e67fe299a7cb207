import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** JSON (RFC 8259) as maps, lists, strings, doubles, booleans and null. */
final class Json {

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object parse(String text) {
        var parser = new Json(text);
        Object value = parser.value();
        if (parser.peek() != 0) {
            throw parser.unexpected();
        }
        return value;
    }

    static Map<?, ?> object(String text) {
        return parse(text) instanceof Map<?, ?> map ? map : Map.of();
    }

    /** The value as text; objects one member a line down to {@code depth} levels. */
    static String write(Object value, int depth) {
        return write(value, depth, "\n");
    }

    private static String write(Object value, int depth, String margin) {
        String inner = depth > 0 ? margin + "  " : " ";
        return switch (value) {
            case Map<?, ?> map -> map.entrySet().stream()
                    .map(entry -> inner + quote(entry.getKey()) + ": " + write(entry.getValue(), depth - 1, inner))
                    .collect(Collectors.joining(",", "{", (depth > 0 ? margin : " ") + "}"));
            case List<?> list -> list.stream().map(item -> write(item, 0, " ")).collect(Collectors.joining(", ", "[", "]"));
            case Number number -> number.toString();
            case Boolean bool -> bool.toString();
            case null -> "null";
            default -> quote(value);
        };
    }

    private static String quote(Object value) {
        var quoted = new StringBuilder("\"");
        value.toString().chars().forEach(c -> quoted.append(switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            default -> c < ' ' ? "\\u%04x".formatted(c) : String.valueOf((char) c);
        }));
        return quoted.append('"').toString();
    }

    private Object value() {
        return switch (peek()) {
            case '{' -> members();
            case '[' -> items();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> members() {
        Map<String, Object> map = new LinkedHashMap<>();
        expect('{');
        while (peek() != '}') {
            String name = string();
            expect(':');
            map.put(name, value());
            separator('}');
        }
        expect('}');
        return map;
    }

    private List<Object> items() {
        List<Object> list = new ArrayList<>();
        expect('[');
        while (peek() != ']') {
            list.add(value());
            separator(']');
        }
        expect(']');
        return list;
    }

    private String string() {
        expect('"');
        var string = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            string.append(c == '\\' ? escaped() : c);
        }
        expect('"');
        return string.toString();
    }

    private char escaped() {
        char c = text.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> (char) Integer.parseInt(text.substring(at, at += 4), 16);
            default -> c;
        };
    }

    private Object word() {
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true", "false" -> Boolean.valueOf(word);
            case "null" -> null;
            case "" -> throw unexpected();
            default -> Double.valueOf(word);
        };
    }

    private void separator(char end) {
        if (peek() != end) {
            expect(',');
        }
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw unexpected();
        }
        at++;
    }

    /** The next character that is not white space; 0 at the end. */
    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException("not JSON at character " + at + ": " + text);
    }
}
