package io.berth.engineapi;

import io.berth.container.Container;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code details} of {@code ContainerLogs} puts before each line: the labels and environment variables that the options
 * {@code labels}, {@code labels-regex}, {@code env} and {@code env-regex} of the log driver name, and its {@code tag}.
 */
final class LogDetails {

    private static final int SHORT = 12;

    private LogDetails() {}

    /** {@code a=b,c=d}, by name, escaped as in a query. */
    static String of(Container container) {
        var options = container.hostConfig().logConfig().config();
        var found = new TreeMap<String, String>();
        choose(container.config().labels(), options.get("labels"), options.get("labels-regex"), found);
        choose(environment(container), options.get("env"), options.get("env-regex"), found);
        String tag = options.getOrDefault("tag", "");
        if (!tag.isEmpty()) {
            found.put("tag", tag(tag, container));
        }
        return found.entrySet().stream().map(entry -> escaped(entry.getKey()) + "=" + escaped(entry.getValue()))
                .collect(Collectors.joining(","));
    }

    private static void choose(Map<String, String> from, @Nullable String names, @Nullable String pattern,
            Map<String, String> into) {
        List<String> wanted = names == null ? List.of() : List.of(names.split(","));
        from.forEach((name, value) -> {
            if (wanted.contains(name) || pattern != null && fits(pattern, name)) {
                into.put(name, value);
            }
        });
    }

    private static boolean fits(String pattern, String name) {
        try {
            return Pattern.compile(pattern).matcher(name).find();
        } catch (PatternSyntaxException malformed) {
            // An option that names nothing.
            return false;
        }
    }

    private static Map<String, String> environment(Container container) {
        var lines = container.config().env();
        return lines == null ? Map.of() : lines.stream().filter(line -> line.indexOf('=') > 0)
                .collect(Collectors.toMap(line -> line.substring(0, line.indexOf('=')), line -> line.substring(line.indexOf('=') + 1),
                        (first, last) -> last));
    }

    private static String tag(String template, Container container) {
        return template.replace("{{.ID}}", container.id().shortId()).replace("{{.FullID}}", container.id().value())
                .replace("{{.Name}}", container.name()).replace("{{.ImageName}}", container.config().image())
                .replace("{{.ImageID}}", container.imageId().hex().substring(0, SHORT))
                .replace("{{.ImageFullID}}", container.imageId().toString()).replace("{{.DaemonName}}", "docker");
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
