package io.berth.image.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a registry wants to be convinced: {@code WWW-Authenticate} (RFC 9110, section 11).
 *
 * @param scheme lower case: {@code basic}, {@code bearer}
 * @param parameters by their names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {

    private static final Pattern PART = Pattern.compile(
            "\\G[\\s,]*(?:([A-Za-z][A-Za-z0-9_-]*)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))|([A-Za-z][A-Za-z0-9_-]*)(?=\\s|,|$))");

    /** The challenges of one header, in its order; what cannot be read ends it. */
    static List<Challenge> parse(String header) {
        var found = new ArrayList<Challenge>();
        Matcher part = PART.matcher(header);
        while (part.find()) {
            if (part.group(4) != null) {
                found.add(new Challenge(part.group(4).toLowerCase(Locale.ROOT), new HashMap<>()));
            } else if (!found.isEmpty()) {
                String value = part.group(2) == null ? part.group(3) : part.group(2).replaceAll("\\\\(.)", "$1");
                found.getLast().parameters.put(part.group(1).toLowerCase(Locale.ROOT), value);
            }
        }
        return found;
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
